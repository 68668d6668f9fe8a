"""One strategy object, many threads: what they get, and what it keeps."""

from __future__ import annotations

import copy
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

R = TypeVar("R")

BY_VALUE = (str, bytes, int, float, complex, bool, type(None), tuple, frozenset, list, dict, set)
SWITCH_SECONDS = 1e-5
"""Threads give way to each other far more often than usual, so that what can mix, mixes."""


def in_threads(count: int, work: Callable[[int], R]) -> list[R]:
    """What the work returns in each of so many threads, which all begin at once."""
    barrier = threading.Barrier(count)

    def begin(number: int) -> R:
        barrier.wait(timeout=120)
        return work(number)

    with _switching_often(), ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


@contextmanager
def _switching_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def state_of(thing: object) -> dict[str, Any]:
    """Its attributes: plain values and collections as copies, everything else as the object that it is."""
    names = {name for cls in type(thing).__mro__ for name in _slots(cls)} | getattr(thing, "__dict__", {}).keys()
    state = {name: getattr(thing, name) for name in names if hasattr(thing, name)}
    return {name: copy.copy(value) if isinstance(value, BY_VALUE) else value for name, value in state.items()}


def _slots(cls: type) -> tuple[str, ...]:
    slots = cls.__dict__.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of the attributes that came, went, or are no longer the same."""
    return sorted(
        name
        for name in before.keys() | after.keys()
        if name not in before or name not in after or not _same(before[name], after[name])
    )


def _same(before: object, after: object) -> bool:
    return before == after if isinstance(before, BY_VALUE) and type(before) is type(after) else before is after
