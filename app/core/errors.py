"""Every error as one JSON shape: ``{"message", "code", "errors"?, "request_id"}``.

The domain raises AppError; strategies and guards raise their own three. What each of them, and everything else, is to
a caller is decided here, once for every protocol.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, jsonify, request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.core import schema
from app.core.headers import request_id
from app.core.negotiation import is_navigation
from app.passport import AuthenticationFailed, Forbidden, ProviderFailed
from app.passport.bearer import CHALLENGE

log = logging.getLogger(__name__)

Errors = Mapping[str, Any]

HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "validation_failed",
    500: "internal_error",
}
MESSAGES = {
    404: "Nothing is here.",
    413: "The body is larger than this server accepts.",
    422: "Some fields are not right.",
    500: "Something went wrong on our side.",
}


ERROR_PAGE = "flaskport.error_page"
"""Where the hosted pages, if there are any, register how an error looks to a person: from its body to a response."""
HOME_PAGE = "flaskport.home_page"
"""Where they register how the bare address looks to a person: a function without arguments."""
ERROR_SHAPES = "flaskport.error_shapes"
"""Where a protocol with errors of its own registers how they look under its path: by the path's first part, from
status and body to a response.
"""


class AppError(Exception):
    """A refusal with a stable code, meant for the caller. Its message must hold nothing secret."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        errors: Errors | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    def __str__(self) -> str:
        """With the fields, as a shell or a script shows it."""
        fields = [f"{name}: {' '.join(map(str, why))}" for name, why in (self.errors or {}).items()]
        return " ".join([self.message, *fields])


def not_found() -> AppError:
    return AppError(404, "not_found", MESSAGES[404])


def render(
    status: int,
    code: str,
    message: str,
    errors: Errors | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    body: dict[str, Any] = {"message": message, "code": code, "request_id": request_id()}
    if errors:
        body["errors"] = errors
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


def http_code(status: int) -> str:
    """The code of an HTTP error that says nothing else."""
    return HTTP_CODES.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "_")


@functools.singledispatch
def as_app_error(error: Exception) -> AppError:
    """What an exception is to its caller, in any protocol."""
    return _unforeseen(error)


def _unforeseen(error: Exception) -> AppError:
    """It is logged, and says nothing."""
    log.error("unhandled exception", exc_info=error)
    return AppError(500, HTTP_CODES[500], MESSAGES[500])


@as_app_error.register
def _(error: AppError) -> AppError:
    return error


@as_app_error.register
def _(error: AuthenticationFailed) -> AppError:
    # RFC 9110 section 15.5.2: a 401 names a way in, also where the body was the credential.
    return AppError(401, error.code, error.message, headers={"WWW-Authenticate": error.challenge or CHALLENGE})


@as_app_error.register
def _(error: Forbidden) -> AppError:
    return AppError(403, error.code, error.message, errors=error.errors)


@as_app_error.register
def _(error: ProviderFailed) -> AppError:
    """Never "anonymous" and never a 401: what the caller sent may well be good."""
    log.warning("identity provider failed: %s", error)
    return AppError(502, "provider_failed", "The identity provider did not answer as it should. Try again in a while.")


@as_app_error.register
def _(error: HTTPException) -> AppError:
    status = error.code or 500
    message = MESSAGES.get(status) or error.description or HTTPStatus(status).phrase
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    return AppError(status, http_code(status), message, headers=headers)


@as_app_error.register
def _(error: DBAPIError) -> AppError:
    """The statement is at fault, unless a table is missing that a migration would make, or the connection was thrown
    away for it, whatever the driver calls it: that a server takes no writes any more is an "internal error".
    """
    try:
        why = schema.why_missing(error.orig)
    except SQLAlchemyError as unanswered:
        return _database_unavailable(unanswered)
    if why is not None:
        return _database_unavailable(error, why)
    at_fault = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    return _database_unavailable(error) if at_fault and not schema.names_missing(error.orig) else _unforeseen(error)


@as_app_error.register
def _(error: PoolTimeout) -> AppError:
    return _database_unavailable(error)


def _database_unavailable(error: SQLAlchemyError, message: str = "The database does not answer right now.") -> AppError:
    """Never "anonymous", never "invalid credentials" (ASVS 16.5.3). One line each: in an outage there are many."""
    reason = getattr(error, "orig", None) or error
    log.error("database unavailable: %s: %s", type(reason).__name__, " ".join(str(reason).split()))
    log.debug("where the database was needed", exc_info=error)
    return AppError(503, "database_unavailable", message, headers={"Retry-After": "1"})


def on_error(error: Exception) -> Response:
    """The answer to whatever was raised."""
    if isinstance(error, HTTPException) and isinstance(error.response, Response):
        return error.response
    known = as_app_error(error)
    return render(known.status, known.code, known.message, known.errors, known.headers)


def init_app(app: Flask) -> None:
    app.register_error_handler(Exception, on_error)
