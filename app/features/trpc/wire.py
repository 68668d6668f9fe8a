"""JSON as it comes in, strictly, and as it goes out, in what JavaScript can read without loss."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from app.core import clock
from app.features.trpc.errors import RpcError

MAX_SAFE_INTEGER = 2**53 - 1
MAX_DEPTH = 100
"""Deeper than any input of ours, and far from where Python gives up."""
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


def parse(raw: str | bytes) -> Any:
    """The value. Raises RpcError for what is not JSON by RFC 8259, or is ambiguous, endless or half a character."""
    try:
        text = raw.decode() if isinstance(raw, bytes) else raw
        value = json.loads(
            text, parse_constant=_refuse, parse_float=_finite_float, object_pairs_hook=_object_without_double_keys
        )
        if text.count("[") + text.count("{") > MAX_DEPTH:
            _check_depth(value)
        if "\\u" in text:
            _check_characters(value)
    except (ValueError, RecursionError):
        raise RpcError("BAD_REQUEST", "The input is not valid JSON.", "invalid_json") from None
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _finite_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("out of range")
    return number


def _object_without_double_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice")
    return value


def _check_depth(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise ValueError("too deep")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _check_characters(value: Any) -> None:
    if _HALF_A_CHARACTER.search(json.dumps(value, ensure_ascii=False)):
        raise ValueError("half a character")


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
