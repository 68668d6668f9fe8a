"""Which errors an operation can answer, read from what enforces them: path, method, guards, parser, the view's word."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from apispec import APISpec

from app.core.origin import ORIGIN_NOT_ALLOWED
from app.core.refusals import (
    BAD_REQUEST,
    BODY_TOO_LARGE,
    DATABASE_UNAVAILABLE,
    INTERNAL_ERROR,
    INVALID_JSON,
    NOT_FOUND,
    UNSUPPORTED_MEDIA_TYPE,
    VALIDATION_FAILED,
)
from app.passport import Guard, NotAuthenticated, Refusal, Strategy
from app.passport.browsers import BROWSER_MUST_USE_COOKIES
from app.passport.csrf import CSRF_INVALID, CSRF_MISSING, SAFE_METHODS

Response = dict[str, Any]

SUMMARIES = {
    400: "The request cannot be read.",
    401: "Not signed in, or no longer.",
    403: "Known, but not allowed; or sent from where it may not come.",
    404: "Nothing is here.",
    409: "Not as things are.",
    428: "Once more, please, with what is asked for.",
    429: "Too often.",
    502: "An identity provider failed.",
    503: "Not at the moment.",
}
HEADERS = {
    401: ("WWW-Authenticate", "X-Auth-State"),
    403: ("X-Auth-State",),
    429: ("Retry-After", "RateLimit", "RateLimit-Policy"),
    503: ("Retry-After",),
}


class Stated(NamedTuple):
    """What a view says itself that it refuses (``Blueprint.refuses``)."""

    refusals: tuple[type[Refusal], ...]
    note: str | None


class Refusals:
    """Refusals by status, each code once, and what views say about them."""

    def __init__(self) -> None:
        self.by_status: dict[int, dict[str, type[Refusal]]] = {}
        self.notes: dict[int, str] = {}

    def add(self, *refusals: type[Refusal]) -> None:
        for refusal in refusals:
            self.by_status.setdefault(refusal.status, {}).setdefault(refusal.code, refusal)

    def add_request(self, rule: str, view: Callable[..., Any], *, unsafe: bool, trusts_hosts: bool) -> None:
        """What is refused before any strategy runs."""
        if trusts_hosts:
            self.add(BAD_REQUEST)
        if "<" in rule:
            self.add(NOT_FOUND)
        if unsafe:
            self.add(BODY_TOO_LARGE)
            if getattr(view, "programs_only", False):
                self.add(BROWSER_MUST_USE_COOKIES)
            elif not getattr(view, "from_anywhere", False):
                self.add(ORIGIN_NOT_ALLOWED)

    def add_guard(self, guard: Guard, strategies: Mapping[str, Strategy[Any]], *, unsafe: bool) -> None:
        for name in guard.strategies:
            if name not in strategies:
                continue  # switched off
            self.add(*(each for each in strategies[name].refusals if each.status != 401 or not guard.optional))
            schemes = strategies[name].security_schemes.values()
            if unsafe and guard.csrf and any(map(is_cookie, schemes)):
                self.add(CSRF_MISSING, CSRF_INVALID)
        if not guard.is_public and not guard.optional and 401 not in self.by_status:
            self.add(NotAuthenticated)
        if guard.requirement is not None:
            self.add(*guard.requirement.refusals)

    def add_arguments(self, *, body: bool, query: bool) -> None:
        if body:
            self.add(INVALID_JSON, BAD_REQUEST, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE)
        if body or query:
            self.add(VALIDATION_FAILED)

    def add_stated(self, stated: Collection[Stated]) -> None:
        for each in stated:
            self.add(*each.refusals)
            if each.note:
                self.notes |= {refusal.status: each.note for refusal in each.refusals}

    def add_accidents(self) -> None:
        self.add(INTERNAL_ERROR, DATABASE_UNAVAILABLE)

    def responses(self, spec: APISpec) -> dict[int, Response | str]:
        """As OpenAPI has them. One with a single code and nothing to say about it is shared, by the code's name."""
        return {status: self._response(status, spec) for status in sorted(self.by_status)}

    def _response(self, status: int, spec: APISpec) -> Response | str:
        refusals = self.by_status[status]
        response = _response(status, refusals, self.notes.get(status))
        if len(refusals) > 1 or status in self.notes:
            return response
        name = next(iter(refusals)).title().replace("_", "")
        if name not in spec.components.responses:
            spec.components.response(name, response)
        return name


def is_unsafe(method: str) -> bool:
    return method.upper() not in SAFE_METHODS


def is_cookie(scheme: Mapping[str, str]) -> bool:
    return scheme.get("in") == "cookie"


def _response(status: int, refusals: Mapping[str, type[Refusal]], note: str | None) -> Response:
    summary = note or SUMMARIES.get(status) or HTTPStatus(status).phrase
    lines = [summary, "", *(f"* `{code}`: {each.meaning}" for code, each in refusals.items())]
    schema = {
        "allOf": [
            {"$ref": "#/components/schemas/Error"},
            {"type": "object", "properties": {"code": {"enum": list(refusals)}}},
        ]
    }
    first = next(iter(refusals.values()))
    example = {"message": first.message, "code": first.code, "request_id": "5f0c2a9d41b7e836"}
    response: Response = {
        "description": "\n".join(lines),
        "content": {"application/json": {"schema": schema, "example": example}},
    }
    if status in HEADERS:
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS[status]}
    return response
