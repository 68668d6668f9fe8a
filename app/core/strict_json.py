"""JSON as strangers send it: what is ambiguous, endless, too deep or half a character is refused, not guessed at."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

MAX_DEPTH = 100
"""Deeper than any input of ours, and far from where Python gives up."""


def parse(raw: str | bytes) -> Any:
    """The value of a text by RFC 8259, bytes being UTF-8. Raises ValueError.

    Refused besides: NaN and the infinities, also as a number that is too large; a key that stands twice; more than
    ``MAX_DEPTH`` levels; and lone surrogates, which nothing could store (RFC 8259 section 8.2, RFC 7493).
    """
    text = raw.decode() if isinstance(raw, bytes) else raw
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise ValueError("too deep") from None
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(value)
    if "\\u" in text:
        # Half a character has no form in UTF-8: UnicodeEncodeError, which is a ValueError.
        json.dumps(value, ensure_ascii=False).encode()
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


_DECODER = json.JSONDecoder(
    parse_constant=_refuse, parse_float=_finite_float, object_pairs_hook=_object_without_double_keys
)


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
