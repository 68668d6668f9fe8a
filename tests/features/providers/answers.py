"""Answers over HTTP, right and wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""As a claim's value: leave the claim out."""


@dataclass(frozen=True)
class Answer:
    """A raw answer in the place of the right one."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    silence: bool = False
    """Nothing is sent until the test is over."""
    pause: float = 0.0
    """Seconds before each byte of the body..."""
    quickly: int = 0
    """But so many of them at once, ..."""
    headers_too: bool = False
    """... and each of the headers, too."""
    length: bool = True
    """Without one, the body ends with the connection."""


def said(document: Any, **headers: str) -> Answer:
    return Answer(200, json.dumps(document).encode(), {"Content-Type": "application/json", **headers})


def page(status: int = 200) -> Answer:
    return Answer(status, b"<!doctype html><h1>We will be back soon</h1>", {"Content-Type": "text/html"})


def moved(location: str, status: int = 302) -> Answer:
    return Answer(status, headers={"Location": location})


def bomb(size: int) -> Answer:
    """Small on the wire, ``size`` bytes when it is unpacked."""
    body = gzip.compress(b'{"a": "' + b"a" * size + b'"}')
    return Answer(200, body, {"Content-Type": "application/json", "Content-Encoding": "gzip"})


def laid_over(right: Mapping[str, Any], wrong: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**right, **wrong}.items() if value is not ABSENT}
