"""A new key under an old name: the set is fetched once more for a signature that does not fit, and not more often."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.passport import AuthenticationFailed
from app.passport.jwks import DOUBT_SECONDS, KeySet
from app.passport.strategies.external_jwt import ExternalJwtStrategy
from tests.interop.gateway import AUDIENCE, ISSUER, Gateway, jwk, sign
from tests.passport.conftest import FIRST, OUTAGES, SECOND, Clock, is_key


def test_a_new_key_under_an_old_name_is_looked_for_once_a_minute(keys: KeySet, gateway: Gateway, clock: Clock) -> None:
    keys("first")
    gateway.keys = [jwk(SECOND, "ES256", "first")]
    assert is_key(keys.anew("first"), SECOND)
    assert is_key(keys("first"), SECOND)
    gateway.keys = [jwk(FIRST, "ES256", "first")]
    for _ in range(5):
        assert is_key(keys.anew("first"), SECOND)
        clock.now += DOUBT_SECONDS / 6
    assert gateway.asked == 2
    clock.now += DOUBT_SECONDS / 6
    assert is_key(keys.anew("first"), FIRST)
    assert gateway.asked == 3


def test_a_token_signed_by_a_new_key_under_an_old_name_is_good_at_once(gateway: Gateway) -> None:
    keys = KeySet("external_jwt", gateway.url, "ES256")
    strategy: ExternalJwtStrategy[str] = ExternalJwtStrategy(
        keys,
        lambda claims: str(claims["sub"]),
        algorithm="ES256",
        issuer=ISSUER,
        audience=AUDIENCE,
        key_anew=keys.anew,
    )

    def ask(token: str) -> Any:
        with Flask(__name__).test_request_context(headers={"Authorization": f"Bearer {token}"}) as context:
            return strategy.authenticate(context.request)

    assert ask(sign(FIRST, "ES256", "first", sub="ada")).user == "ada"
    gateway.keys = [jwk(SECOND, "ES256", "first")]
    assert ask(sign(SECOND, "ES256", "first", sub="ada")).user == "ada"
    assert gateway.asked == 2
    for _ in range(3):
        with pytest.raises(AuthenticationFailed, match="Invalid token"):
            ask(sign(FIRST, "ES256", "first", sub="ada"))
        with pytest.raises(AuthenticationFailed, match="Invalid token"):
            ask(sign(FIRST, "ES256", "unknown", sub="ada"))
    assert gateway.asked == 2


@pytest.mark.parametrize("outage", ["500", "no JSON"])
def test_an_outage_at_that_moment_leaves_the_known_key(
    keys: KeySet, gateway: Gateway, clock: Clock, outage: str
) -> None:
    keys("first")
    vars(gateway).update(OUTAGES[outage])

    assert is_key(keys.anew("first"), FIRST)
    assert is_key(keys("first"), FIRST)
