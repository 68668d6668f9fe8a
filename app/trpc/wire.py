"""JSON as it comes in, strictly, and as it goes out, in what JavaScript can read without loss."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.core import clock, strict_json
from app.passport.bearer import MAX_SAFE_INTEGER
from app.trpc.errors import RpcError

_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


def parse(raw: str | bytes) -> Any:
    """The value. Raises RpcError for what ``strict_json`` refuses."""
    try:
        return strict_json.parse(raw)
    except ValueError:
        raise RpcError("BAD_REQUEST", "The input is not valid JSON.", "invalid_json") from None


def encode(value: Any) -> str:
    """JSON. Raises ValueError for NaN and TypeError for what has no JSON form: such an answer is a bug of ours."""
    return _ENCODER.encode(plain(value))


def plain(value: Any) -> Any:
    """Times as ISO 8601 in UTC, decimals and integers beyond 2^53-1 as text, for a double cannot hold them."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, int) and not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return _as_text(value)


def _as_text(value: Any) -> str | None:
    if isinstance(value, dt.datetime):
        return clock.iso(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form; give the procedure an output schema")
