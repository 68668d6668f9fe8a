"""What a load generator is given and gives back, and which of the two there is."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

CONNECTIONS = 64
MAX_REQUESTS = 200_000
"""No pass sends more, however fast the server is."""


@dataclass(frozen=True, slots=True)
class Load:
    """One pass: answers received, those of them with a status from 400 on, seconds, latencies in milliseconds."""

    answers: int
    refused: int
    seconds: float
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


class Generator(Protocol):
    """Sends requests, each of them whole bytes, over keep-alive connections, in turn, for some seconds."""

    @property
    def name(self) -> str: ...
    def run(self, port: int, requests: Sequence[bytes], seconds: float, connections: int = CONNECTIONS) -> Load: ...


def get(path: str, headers: Mapping[str, str] | None = None) -> bytes:
    """A GET request as it goes over the wire."""
    return _head("GET", path, headers or {})


def post(path: str, body: object = None, headers: Mapping[str, str] | None = None) -> bytes:
    """A POST request, with a JSON body if there is one."""
    content = b"" if body is None else json.dumps(body).encode()
    fields = {"Content-Length": str(len(content)), **(headers or {})}
    if content:
        fields["Content-Type"] = "application/json"
    return _head("POST", path, fields) + content


def _head(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = (f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items()))
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def cookie_values(answer: bytes, name: str) -> list[str]:
    """What an answer sets a cookie to."""
    pattern = rb"\r\nSet-Cookie: " + re.escape(name.encode()) + rb"=([^;\r]*)"
    return [value.decode() for value in re.findall(pattern, answer, re.IGNORECASE)]


def has_wrk() -> bool:
    return shutil.which("wrk") is not None
