"""Errors as tRPC has them: a name, a number and an HTTP status for each, and what ours become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from app.core.errors import as_refusal
from app.core.headers import request_id
from app.core.refusals import DATABASE_UNAVAILABLE, INTERNAL_ERROR, VALIDATION_FAILED
from app.passport.csrf import CSRF_INVALID, CSRF_MISSING

NUMBERS_AND_STATUSES = {
    "PARSE_ERROR": (-32700, 400),
    "BAD_REQUEST": (-32600, 400),
    "UNAUTHORIZED": (-32001, 401),
    "PAYMENT_REQUIRED": (-32002, 402),
    "FORBIDDEN": (-32003, 403),
    "NOT_FOUND": (-32004, 404),
    "METHOD_NOT_SUPPORTED": (-32005, 405),
    "TIMEOUT": (-32008, 408),
    "CONFLICT": (-32009, 409),
    "PRECONDITION_FAILED": (-32012, 412),
    "PAYLOAD_TOO_LARGE": (-32013, 413),
    "UNSUPPORTED_MEDIA_TYPE": (-32015, 415),
    "UNPROCESSABLE_CONTENT": (-32022, 422),
    "PRECONDITION_REQUIRED": (-32028, 428),
    "TOO_MANY_REQUESTS": (-32029, 429),
    "CLIENT_CLOSED_REQUEST": (-32099, 499),
    "INTERNAL_SERVER_ERROR": (-32603, 500),
    "NOT_IMPLEMENTED": (-32603, 501),
    "BAD_GATEWAY": (-32603, 502),
    "SERVICE_UNAVAILABLE": (-32603, 503),
    "GATEWAY_TIMEOUT": (-32603, 504),
}
NAMES = {status: name for name, (_number, status) in NUMBERS_AND_STATUSES.items() if name != "PARSE_ERROR"}
"""By status. The reference server calls bad JSON BAD_REQUEST, too."""
OUR_FAULTS = (INTERNAL_ERROR, DATABASE_UNAVAILABLE)
"""What the reference server has one name and one sentence for."""
CSRF = "csrf"
"""``data.reason`` of a cookie's call without the CSRF token. Every other reason is the code that REST has."""


class RpcError(Exception):
    """A refusal in tRPC's words. ``reason`` is our own stable code, ``fields`` what is wrong by field.

    ``facts`` are those of the refusal.
    """

    def __init__(
        self,
        name: str,
        message: str | None = None,
        reason: str | None = None,
        fields: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        self.name = name
        self.message = message or name
        self.reason = reason
        self.fields = fields
        self.headers = headers or {}
        self.facts = facts

    @property
    def status(self) -> int:
        return NUMBERS_AND_STATUSES[self.name][1]

    def body(self, path: str | None = None) -> dict[str, Any]:
        """The envelope. Without a path it is about the whole request."""
        number, status = NUMBERS_AND_STATUSES[self.name]
        data: dict[str, Any] = {"code": self.name, "httpStatus": status}
        if path is not None:
            data["path"] = path
        if self.reason is not None:
            data["reason"] = self.reason
        data["requestId"] = request_id()
        if self.fields:
            data["fields"] = self.fields
        if self.facts:
            data["facts"] = self.facts
        return {"error": {"message": self.message, "code": number, "data": data}}

    @classmethod
    def of(cls, error: Exception, *, message: str | None = None) -> RpcError:
        """What an exception is to the caller: what it is in REST, in tRPC's words."""
        if isinstance(error, RpcError):
            return error
        if isinstance(error, ma.ValidationError):
            fields = error.normalized_messages()  # type: ignore[no-untyped-call]
            return cls("BAD_REQUEST", VALIDATION_FAILED.message, VALIDATION_FAILED.code, fields)
        known = as_refusal(error)
        if isinstance(known, CSRF_MISSING | CSRF_INVALID):
            return cls("FORBIDDEN", "CSRF token missing or incorrect", CSRF)
        if isinstance(known, OUR_FAULTS):
            return cls("INTERNAL_SERVER_ERROR", "Internal server error", known.code, headers=known.headers)
        told = (message or known.message, known.code, known.errors, known.headers, known.facts)
        return cls(name_of(known.status), *told)


def name_of(status: int) -> str:
    """tRPC's name for an HTTP status, or for its class."""
    return NAMES.get(status) or ("INTERNAL_SERVER_ERROR" if status >= 500 else "BAD_REQUEST")
