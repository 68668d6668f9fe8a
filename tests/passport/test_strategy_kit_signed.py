"""The kit on strategies that sign the request itself, its path included, and that let each signature in once."""

from __future__ import annotations

import hmac
import secrets
import threading
from hashlib import sha256

import pytest
from flask import Request

from app.passport import NotAuthenticated, Strategy, Success
from tests.refusals import INVALID_KEY
from tests.strategy_kit import Example, StrategyCase, StrategyConformance

KEY = b"Rk7xWq2Lm9Zt4Vc8Yp1Hn6Jd3Gs5Fb0A"
PATH = "/orders/17"


def signature(method: str, path: str, nonce: str) -> str:
    return hmac.new(KEY, f"{method} {path} {nonce}".encode(), sha256).hexdigest()


class Nonces:
    """What was used. A table with a unique constraint, where there are several processes."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self._lock = threading.Lock()

    def use(self, nonce: str) -> bool:
        with self._lock:
            fresh = nonce not in self.used
            self.used.add(nonce)
            return fresh


class Forgetful(Nonces):
    def use(self, nonce: str) -> bool:
        self.used.add(nonce)
        return True


class OutOfOrder(Nonces):
    def use(self, nonce: str) -> bool:
        raise RuntimeError(f"nothing knows whether {len(nonce)} characters were used")


class Signed(Strategy[str]):
    name = "signed"
    refusals = (NotAuthenticated, INVALID_KEY)

    def __init__(self, nonces: Nonces) -> None:
        self.nonces = nonces

    def authenticate(self, request: Request) -> Success[str] | None:
        sent = request.headers.get("X-Signature")
        if sent is None:
            return None
        nonce, _, given = sent.partition(":")
        wanted = signature(request.method, request.path, nonce)
        if not hmac.compare_digest(given.encode(), wanted.encode()) or not self.nonces.use(nonce):
            raise INVALID_KEY
        return Success("ada", self.name)


def signed(path: str = PATH, method: str = "PUT") -> Example:
    """Signed for ``path``, and always sent to PATH."""
    nonce = secrets.token_hex(8)
    sent = f"{nonce}:{signature(method, path, nonce)}"
    return Example(
        f"signed for {path}",
        {"path": PATH, "method": method, "headers": {"X-Signature": sent}},
        user="ada",
        secrets=(sent.partition(":")[2],),
    )


def case_of(nonces: Nonces, keeps: tuple[str, ...] = ("nonces",)) -> StrategyCase:
    return StrategyCase(
        Signed(nonces),
        good=[signed],
        bad=[lambda: signed("/orders/18")],
        broken=Signed(OutOfOrder()),
        once=True,
        keeps=keeps,
        count_rows=lambda: {"nonces": len(nonces.used), "sessions": 0},
        threads=4,
        rounds=2,
    )


class TestASignedRequestThatIsGoodOnce(StrategyConformance):
    @pytest.fixture
    def case(self) -> StrategyCase:
        return case_of(Nonces())


def test_what_is_let_in_twice_is_found() -> None:
    with pytest.raises(AssertionError, match="of 4 at once 4 were let in and 0 refused"):
        StrategyConformance().test_it_holds_under_threads(case_of(Forgetful()))


def test_rows_in_a_table_that_is_not_named_are_found() -> None:
    with pytest.raises(AssertionError, match=r"rows came or went in \['nonces'\]"):
        StrategyConformance().test_it_opens_no_session_by_itself(case_of(Nonces(), keeps=()))


def test_a_strategy_sees_the_path_that_its_example_names() -> None:
    StrategyConformance().test_good_credentials_are_recognised(case_of(Nonces()))
