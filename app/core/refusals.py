"""Refusals: how they are declared, those that every request may meet, and all that an app has.

Each is declared beside what raises it: ``EMAIL_TAKEN = refusal(409, "email_taken", "There is already …")``. Then
``raise EMAIL_TAKEN`` refuses, and ``raise EMAIL_TAKEN(errors=…)`` says what is wrong by field. Everybody else reads the
declarations: the answer, OpenAPI, the types for TypeScript, the pages.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Flask

from app.passport.declarations import caller
from app.passport.refusals import AuthenticationFailed, Forbidden, Refusal, declare, declared, kind_of

LEFT_OUT = "flaskport.left_out"
AT_GATES = "flaskport.refusals_at_gates"


def refusal(
    status: int, code: str, message: str, *, meaning: str | None = None, for_people: str | None = None
) -> type[Refusal]:
    """Declare a refusal. A 401 is an AuthenticationFailed, a 403 a Forbidden.

    ``message`` is the sentence for whoever asked, and in the documents, unless those have a ``meaning`` of their own.
    ``for_people`` is what a page says where the message is for developers. Raises BadDeclaration
    for a code that is declared already, but otherwise.
    """
    base: type[Refusal] = {401: AuthenticationFailed, 403: Forbidden}.get(status, Refusal)
    module = caller()
    facts = {"status": status, "meaning": meaning, "for_people": for_people}
    return declare(kind_of(base, code, message, module=module, **facts), module=module)


def with_status(kind: type[Refusal], status: int) -> type[Refusal]:
    """The same refusal where another status is right: the account of a credential is 401, one that is asked for not."""
    facts = {"status": status, "meaning": kind.meaning, "for_people": kind.for_people}
    return kind_of(Refusal, kind.code, kind.message, module=kind.__module__, **facts)


UNREADABLE = "We got a request that we could not read. Go back and try again."
NOT_NOW = "We cannot do this right now. Try again in a moment."

BAD_REQUEST = refusal(400, "bad_request", "The request could not be read.", for_people=UNREADABLE)
INVALID_JSON = refusal(400, "invalid_json", "The body is not JSON.", for_people=UNREADABLE)
NOT_FOUND = refusal(
    404,
    "not_found",
    "Nothing is here, or nothing that the caller may know of.",
    for_people="This is not here, or not here any more.",
)
METHOD_NOT_ALLOWED = refusal(
    405,
    "method_not_allowed",
    "This path does not know this method; Allow lists those that it knows.",
    for_people="The address is wrong, or what was here has gone.",
)
BODY_TOO_LARGE = refusal(413, "body_too_large", "The body is over 1 MiB.", for_people="That is more than we can take.")
UNSUPPORTED_MEDIA_TYPE = refusal(
    415,
    "unsupported_media_type",
    "The body must be sent as Content-Type: application/json.",
    for_people=UNREADABLE,
)
VALIDATION_FAILED = refusal(
    422,
    "validation_failed",
    "Some fields are not right.",
    meaning="Some fields are not right; errors says which, by field.",
)
INTERNAL_ERROR = refusal(
    500,
    "internal_error",
    "Something went wrong on the server's side. The request_id leads to its log.",
    for_people="Something went wrong on our side. Try again in a while.",
)
DATABASE_UNAVAILABLE = refusal(
    503,
    "database_unavailable",
    "The database does not answer right now, or is not migrated. Try again.",
    for_people=NOT_NOW,
)

# A server says these before the application is asked (gunicorn_worker.py, granian_worker.py).
LENGTH_REQUIRED = refusal(
    411, "length_required", "The body has to come with its length, not in chunks.", for_people=UNREADABLE
)
URI_TOO_LONG = refusal(
    414,
    "uri_too_long",
    "The address is longer than this server reads.",
    for_people="The address is too long. Go back and try again.",
)
EXPECTATION_FAILED = refusal(
    417, "expectation_failed", "The server does not do what Expect asks for.", for_people=UNREADABLE
)
HEADERS_TOO_LARGE = refusal(
    431,
    "headers_too_large",
    "The headers are longer than this server reads; the cookies, perhaps.",
    for_people="Your browser sent more than we can take. Delete the cookies of this site, then try again.",
)
NOT_IMPLEMENTED = refusal(
    501, "not_implemented", "The server does not know this transfer coding.", for_people=UNREADABLE
)
BUSY = refusal(503, "busy", "Too much is going on here at the moment. Nothing was done: try again.", for_people=NOT_NOW)
"""A server says it where no thread was free in time; the app itself, where too many passwords wait for their hash."""

RANGE_NOT_SATISFIABLE = refusal(416, "requested_range_not_satisfiable", "The file has no such range.")

_BY_STATUS = {
    kind.status: kind
    for kind in (
        BAD_REQUEST,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        LENGTH_REQUIRED,
        BODY_TOO_LARGE,
        URI_TOO_LONG,
        UNSUPPORTED_MEDIA_TYPE,
        RANGE_NOT_SATISFIABLE,
        EXPECTATION_FAILED,
        VALIDATION_FAILED,
        HEADERS_TOO_LARGE,
        INTERNAL_ERROR,
        NOT_IMPLEMENTED,
    )
}


@cache
def of_status(status: int) -> type[Refusal]:
    """What an HTTP error is that says nothing but its status."""
    phrase = HTTPStatus(status).phrase
    code = phrase.lower().replace(" ", "_")
    return _BY_STATUS.get(status) or kind_of(Refusal, code, phrase, module=__name__, status=status)


def unasked(status: int) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body of what a server answers by itself, without the application: in the one shape for errors."""
    refusal = BUSY if status == HTTPStatus.SERVICE_UNAVAILABLE else of_status(status)
    request_id = secrets.token_hex(8)
    body = json.dumps({"message": refusal.message, "code": refusal.code, "request_id": request_id}).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        ("X-Request-ID", request_id),
    ]
    return headers + ([("Retry-After", "1")] if refusal is BUSY else []), body


def invalid(
    errors: Mapping[str, Any] | None = None, reasons: Mapping[str, list[str]] | None = None, /, **fields: str
) -> Refusal:
    """422 with what is wrong by field: ``raise invalid(email="Use another.")``, or lists of sentences by name.

    ``reasons`` are codes of the same for programs, by field, where there are some: they become ``facts.reasons``.
    """
    sentences = {**{name: [problem] for name, problem in fields.items()}, **(errors or {})}
    return VALIDATION_FAILED(errors=sentences, facts={"reasons": reasons} if reasons else None)


def leave_out(app: Flask, parts: Iterable[object]) -> None:
    """Note which modules and packages the app does without: what they declare is imported, and not answered by it."""
    app.extensions[LEFT_OUT] = tuple(f"{getattr(part, '__name__', '')}." for part in parts)


def refuse_at_gates(app: Flask, *kinds: type[Refusal]) -> None:
    """Note what may be refused before a proof is judged: whatever asks the gates (``asks_gates``) refuses that, too."""
    app.extensions.setdefault(AT_GATES, []).extend(kinds)


def refusals_at_gates(app: Flask) -> tuple[type[Refusal], ...]:
    """What was noted."""
    return tuple(app.extensions.get(AT_GATES, ()))


def is_of(app: Flask, kind: type) -> bool:
    """Does a part declare this class that the app has? What it does without is imported, too."""
    module = f"{kind.__module__}."
    return module.startswith(f"{app.import_name}.") and not module.startswith(app.extensions.get(LEFT_OUT, ()))


def refusals_of(app: Flask) -> dict[str, type[Refusal]]:
    """Every refusal that this app can answer, by its code, in the order of the alphabet."""
    return {code: kind for code, kind in sorted(declared().items()) if is_of(app, kind)}
