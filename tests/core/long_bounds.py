"""Bounds that schemathesis takes too long over."""

from __future__ import annotations

from typing import Any

LONG = 10_000


def forget_long_bounds(part: Any) -> None:
    """Take away ``maxLength`` where it is large and stands beside a pattern.

    schemathesis makes one pattern of both, that counts to a hundred thousand and takes seconds, again and again. That a
    text may not be longer is asked in tests/features/posts.
    """
    if isinstance(part, dict):
        if "pattern" in part and part.get("maxLength", 0) > LONG:
            del part["maxLength"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            forget_long_bounds(each)
