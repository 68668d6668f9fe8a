"""What the OpenAPI document's operations share: the error's shape, its codes, the headers, the CSRF scheme."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from flask import Flask

from app.core.refusals import refusals_of
from app.passport.csrf import CSRF_HEADER

CSRF = "csrf"
"""The scheme that goes with a cookie in requests that change something."""

_ERRORS = """\
Every error is `{"message", "code", "request_id"}`, a 422 with `errors` by field; decide by `code`. With some codes come
`facts`, which a client needs to go on. A path that is not in here answers 404 `not_found`, another method 405
`method_not_allowed`. A browser's window gets a page.
"""
_BROWSERS = f"""\
**Browsers** sign in with `POST /auth/login` and keep cookies. A request that changes something with a cookie repeats
the readable CSRF cookie in `{CSRF_HEADER}`. **Programs** send `Authorization: Bearer …`, and no `{CSRF_HEADER}`.

An answer with `X-Auth-State: expired`, or the code `token_expired`, says: `POST /auth/refresh` once and try again.
"""
_PROGRAMS = """\
Programs get their tokens from `POST /auth/token` and send `Authorization: Bearer …`. There are no cookies.

An answer with `X-Auth-State: expired`, or the code `token_expired`, says: ask `POST /auth/token` with the refresh
token once and try again.
"""


def description(*, cookies: bool) -> str:
    """What stands above all operations."""
    return f"{_ERRORS}\n{_BROWSERS if cookies else _PROGRAMS}"


SCHEMAS: dict[str, dict[str, Any]] = {
    "Error": {
        "type": "object",
        "description": "The shape of every error.",
        "properties": {
            "message": {"type": "string", "description": "For people; may change."},
            "code": {"$ref": "#/components/schemas/ErrorCode"},
            "request_id": {"type": "string", "description": "Leads to the lines of the server's log."},
            "errors": {"type": "object", "description": "What is wrong, by field.", "additionalProperties": True},
            "facts": {
                "type": "object",
                "description": "What a client needs to go on, where the code says so.",
                "additionalProperties": True,
            },
        },
        "required": ["message", "code", "request_id"],
        "additionalProperties": False,
    },
    "ErrorCode": {"type": "string"},
}

HEADERS: dict[str, dict[str, Any]] = {
    "X-Auth-State": {
        "description": "Who the guard saw. expired: refresh and try again.",
        "schema": {"type": "string", "enum": ["user", "anonymous", "expired"]},
    },
    "WWW-Authenticate": {"description": "The ways in (RFC 9110 section 11.6.1).", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "Seconds, where there is a point in waiting.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "RateLimit": {
        "description": "What is left of a rate, and the seconds until there is more (an IETF draft).",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {"description": "The rate: so many in so many seconds.", "schema": {"type": "string"}},
    "Location": {"description": "Where to go.", "schema": {"type": "string"}},
    "Set-Cookie": {
        "description": "The session's cookies: two HttpOnly tokens, two readable CSRF values; or their deletion.",
        "schema": {"type": "string"},
    },
    "Clear-Site-Data": {
        "description": "What the browser forgets besides (SIGN_OUT_CLEARS).",
        "schema": {"type": "string"},
    },
    CSRF_HEADER: {
        "description": "The value of the CSRF cookies, for pages of another site, which cannot read them.",
        "schema": {"type": "string"},
    },
}

SETS_COOKIES = {"Set-Cookie": "Set-Cookie", CSRF_HEADER: CSRF_HEADER}
"""``headers=`` of an answer that signs in; of one that signs out, ``CLEARS_COOKIES``."""
CLEARS_COOKIES = {"Set-Cookie": "Set-Cookie", "Clear-Site-Data": "Clear-Site-Data"}


def in_query(**descriptions: str) -> list[dict[str, Any]]:
    """``parameters=`` of a view that reads its query itself."""
    return [
        {"in": "query", "name": name, "description": description, "schema": {"type": "string"}}
        for name, description in descriptions.items()
    ]


def tell_codes(app: Flask, spec: APISpec) -> None:
    """Put every code of the app into the document, once all of its parts are there."""
    found = refusals_of(app)
    lines = "\n".join(f"* `{code}`: {refusal.meaning}" for code, refusal in found.items())
    spec.components.schemas["ErrorCode"] |= {"description": f"For programs; stable.\n\n{lines}", "enum": list(found)}


def add_components(spec: APISpec) -> None:
    for name, schema in SCHEMAS.items():
        spec.components.schema(name, schema)
    for name, header in HEADERS.items():
        spec.components.header(name, header)
    spec.components.security_scheme(
        CSRF,
        {
            "type": "apiKey",
            "in": "header",
            "name": CSRF_HEADER,
            "description": "The value of the readable CSRF cookie, repeated. No page of another site can.",
        },
    )
