"""A strategy as the contract wants it, the ways in which it fails honestly, and its case for the kit."""

from __future__ import annotations

import hmac
from typing import Any, ClassVar

from flask import Request

from app.passport import NotAuthenticated, Redirect, Refusal, Strategy, Success
from tests.refusals import INVALID_KEY
from tests.strategy_kit import Example, StrategyCase, StrategyConformance

ADAS, BOBS = "ada-7f3a9c51e2b84d06", "bob-c04e8d13a96f52b7"
WRONG = "ada-0123456789abcdef"
KEYS = {ADAS: "ada", BOBS: "bob"}


def whose(key: str) -> str | None:
    """Every key is compared, so that it tells nothing."""
    found = [name for good, name in KEYS.items() if hmac.compare_digest(good.encode(), key.encode())]
    return found[0] if found else None


class Sound(Strategy[str]):
    """A key in a header: as the contract wants it."""

    name = "sound"
    refusals: ClassVar[tuple[type[Refusal], ...]] = (NotAuthenticated, INVALID_KEY)

    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        key = request.headers.get("X-Key")
        if key is None:
            return None
        user = self.verify(key)
        if user is None:
            raise INVALID_KEY
        return Success(user, self.name)

    def verify(self, key: str) -> str | None:
        return whose(key)


class Broken(Sound):
    def verify(self, key: str) -> str | None:  # noqa: ARG002 (the contract)
        raise RuntimeError("the database does not answer")


class TrustsACookie(Strategy[str]):
    """Any page can make a browser send it."""

    name = "cookie"
    refusals = (NotAuthenticated, INVALID_KEY)

    def authenticate(self, request: Request) -> Success[str] | None:
        key = request.cookies.get("key")
        if key is None:
            return None
        user = whose(key)
        if user is None:
            raise INVALID_KEY
        return Success(user, self.name)


def sent(name: str, key: str, **others: Any) -> Example:
    return Example(name, {"headers": {"X-Key": key}}, secrets=(key,), **others)


def in_a_cookie(name: str, key: str) -> Example:
    return Example(name, {"headers": {"Cookie": f"key={key}"}}, secrets=(key,))


def case_of(strategy: Strategy[Any], **changes: Any) -> StrategyCase:
    fields: dict[str, Any] = {
        "good": [sent("ada's key", ADAS, user="ada"), sent("bob's key", BOBS, user="bob")],
        "bad": [sent("a wrong key", WRONG), sent("nobody's key", "eve-0123456789abcdef")],
        "alike": [[sent("a wrong key", WRONG), sent("nobody's key", "eve-0123456789abcdef")]],
        "broken": Broken(),
        "samples": 30,
    }
    return StrategyCase(strategy, **{**fields, **changes})


kit = StrategyConformance()
