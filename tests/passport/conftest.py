"""Fixtures: somebody else's published keys, and a clock that goes when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.passport.jwks import KeySet
from tests.interop import gateway as gateways
from tests.interop.gateway import Gateway, jwk, new_key

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
KEYS = {algorithm: new_key(algorithm) for algorithm in ALGORITHMS}
FIRST, SECOND = KEYS["ES256"], new_key("ES256")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with gateways.running() as running:
        running.keys = [jwk(FIRST, "ES256", "first")]
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(gateway: Gateway, clock: Clock) -> KeySet:
    return KeySet("external_jwt", gateway.url, "ES256", clock)


def is_key(found: Any, private: Any) -> bool:
    return found is not None and bool(found.public_numbers() == private.public_key().public_numbers())


OUTAGES: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "404": {"status": 404},
    "no JSON": {"body": b"<html>"},
    "not UTF-8": {"body": b"\xff\xfe\x00"},
    "no set": {"body": b"[]"},
    "keys that are no list": {"body": b'{"keys": {"a": 1}}'},
    "brackets": {"body": b"[" * 100_000},
    "too much": {"body": b" " * (1024 * 1024 + 1)},
    "a way to another place": {"status": 302, "location": "https://elsewhere.example/jwks.json"},
}
