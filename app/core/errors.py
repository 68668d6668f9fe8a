"""Every error as one JSON shape: ``{"message", "code", "errors"?, "facts"?, "request_id"}``.

The domain, strategies and guards raise refusals that they have declared (``refusals``). What everything else is to a
caller is decided here, once for every protocol.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, current_app, has_app_context, jsonify, request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.core import schema
from app.core.headers import request_id
from app.core.logging import note
from app.core.negotiation import is_navigation
from app.core.refusals import (
    DATABASE_UNAVAILABLE,
    INTERNAL_ERROR,
    NOT_FOUND,
    VALIDATION_FAILED,
    invalid,
    of_status,
    refusal,
    with_status,
)
from app.core.refused import note_refusal
from app.passport import AuthenticationFailed, ProviderFailed, Refusal
from app.passport.bearer import CHALLENGE

__all__ = [
    "NOT_FOUND",
    "VALIDATION_FAILED",
    "Refusal",
    "as_refusal",
    "init_app",
    "invalid",
    "on_error",
    "on_refusal",
    "refusal",
    "render",
    "with_status",
]

log = logging.getLogger(__name__)

Errors = Mapping[str, Any]

OUR_WORDS = {404, 413, 422, 500}
"""Where Werkzeug, or a view by ``abort``, has words of its own, these statuses have ours."""

ERROR_PAGE = "flaskport.error_page"
"""Where the hosted pages, if there are any, register how an error looks to a person: from its body to a response."""
HOME_PAGE = "flaskport.home_page"
"""Where they register how the bare address looks to a person: a function without arguments."""
ERROR_SHAPES = "flaskport.error_shapes"
"""Where a protocol with errors of its own registers how they look under its path: by the path's first part, from
status and body to a response.
"""
ON_REFUSAL = "flaskport.on_refusal"


def on_refusal(app: Flask, listener: Callable[[Refusal], object]) -> None:
    """Call the listener with every refusal that is answered, whichever protocol it came by: for an audit, or metrics.

    It hears them outside any transaction. What it raises is logged, and changes nothing: the answer is no all the same.
    """
    app.extensions.setdefault(ON_REFUSAL, []).append(listener)


def render(
    status: int,
    code: str,
    message: str,
    errors: Errors | None = None,
    headers: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Response:
    note(code=code)
    body: dict[str, Any] = {"message": message, "code": code, "request_id": request_id()}
    if errors:
        body["errors"] = errors
    if facts:
        body["facts"] = dict(facts)
    extensions, path = current_app.extensions, request.path
    as_theirs = extensions.get(ERROR_SHAPES, {}).get(path[1:].partition("/")[0])
    as_page = extensions.get(ERROR_PAGE)
    if as_theirs is not None:
        response: Response = as_theirs(status, body)
        status = response.status_code
    elif as_page is not None and not path.startswith("/api/") and is_navigation():
        response = as_page(body)
    else:
        response = jsonify(body)
    response.status_code = status
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def as_refusal(error: Exception) -> Refusal:
    """What an exception is to its caller, in any protocol. Whoever listens to refusals is told."""
    known = _as_refusal(error)
    note_refusal(known)
    for listener in current_app.extensions.get(ON_REFUSAL, ()) if has_app_context() else ():
        try:
            listener(known)
        except Exception:
            log.exception("a refusal stands, and whoever listens to refusals failed")
    return known


@functools.singledispatch
def _as_refusal(error: Exception) -> Refusal:
    return _unforeseen(error)


def _unforeseen(error: Exception) -> Refusal:
    """It is logged, and says nothing."""
    log.error("unhandled exception", exc_info=error)
    return INTERNAL_ERROR()


@_as_refusal.register
def _(error: Refusal) -> Refusal:
    return error


@_as_refusal.register
def _(error: AuthenticationFailed) -> Refusal:
    # RFC 9110 section 15.5.2: a 401 names a way in, also where the body was the credential.
    error.headers = {"WWW-Authenticate": CHALLENGE, **error.headers}
    return error


@_as_refusal.register
def _(error: ProviderFailed) -> Refusal:
    """Never "anonymous" and never a 401: what the caller sent may well be good."""
    log.warning("identity provider failed: %s", error)
    return error


@_as_refusal.register
def _(error: HTTPException) -> Refusal:
    kind = of_status(error.code or 500)
    is_ours = error.code in OUR_WORDS or error.description == type(error).description
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    return kind(None if is_ours else error.description, headers=headers)


@_as_refusal.register
def _(error: DBAPIError) -> Refusal:
    """The statement is at fault, unless a table is missing that a migration would make, or the connection was thrown
    away for it, whatever the driver calls it: that a server takes no writes any more is an "internal error".
    """
    try:
        why = schema.why_missing(error.orig)
    except SQLAlchemyError as unanswered:
        return _database_unavailable(unanswered)
    if why is not None:
        return _database_unavailable(error, why)
    if schema.names_missing(error.orig):
        unforeseen = _unforeseen(error)
        log.error(schema.NO_MIGRATION)  # below the traceback, where one looks first
        return unforeseen
    at_fault = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    return _database_unavailable(error) if at_fault else _unforeseen(error)


@_as_refusal.register
def _(error: PoolTimeout) -> Refusal:
    return _database_unavailable(error)


def _database_unavailable(error: SQLAlchemyError, message: str | None = None) -> Refusal:
    """Never "anonymous", never "invalid credentials" (ASVS 16.5.3). One line each: in an outage there are many."""
    reason = getattr(error, "orig", None) or error
    log.error("database unavailable: %s: %s", type(reason).__name__, " ".join(str(reason).split()))
    log.debug("where the database was needed", exc_info=error)
    return DATABASE_UNAVAILABLE(message, headers={"Retry-After": "1"})


def on_error(error: Exception) -> Response:
    """The answer to whatever was raised."""
    if isinstance(error, HTTPException) and isinstance(error.response, Response):
        return error.response
    known = as_refusal(error)
    return render(known.status, known.code, known.message, known.errors, known.headers, known.facts)


def init_app(app: Flask) -> None:
    app.register_error_handler(Exception, on_error)
