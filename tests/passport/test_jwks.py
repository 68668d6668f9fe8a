"""Keys that somebody else publishes: which are taken, how long they are kept, and what an outage does."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, x25519
from flask import Flask

from app.passport import AuthenticationFailed, ProviderFailed, jwks
from app.passport.jwks import PAUSE_SECONDS, STALE_SECONDS, TTL_SECONDS, KeySet
from app.passport.key_kinds import fits
from app.passport.strategies.external_jwt import ExternalJwtStrategy
from tests.interop import gateway as gateways
from tests.interop.gateway import AUDIENCE, ISSUER, Gateway, jwk, new_key, sign
from tests.passport.conftest import ALGORITHMS, FIRST, KEYS, OUTAGES, SECOND, Clock, is_key


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment that a thread waits for another's fetch lasts as long as the fetch, however busy the machine is."""
    monkeypatch.setattr(jwks, "BRIEFLY", 60.0)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_is_checked_by_the_published_key_of_its_algorithm(gateway: Gateway, algorithm: str) -> None:
    gateway.keys = [jwk(key, name, f"{name} key") for name, key in KEYS.items()]
    keys = KeySet("external_jwt", gateway.url, algorithm)
    strategy: ExternalJwtStrategy[str] = ExternalJwtStrategy(
        keys, lambda claims: str(claims["sub"]), algorithm=algorithm, issuer=ISSUER, audience=AUDIENCE
    )

    def ask(token: str) -> Any:
        with Flask(__name__).test_request_context(headers={"Authorization": f"Bearer {token}"}) as context:
            return strategy.authenticate(context.request)

    assert ask(sign(KEYS[algorithm], algorithm, f"{algorithm} key", sub="ada")).user == "ada"
    assert ask(sign(KEYS[algorithm], algorithm, sub="ada")).user == "ada"  # the only one that fits
    for other, key in KEYS.items():
        if other != algorithm:
            with pytest.raises(AuthenticationFailed):
                ask(sign(key, other, f"{other} key"))
    assert gateway.asked == 1


def test_one_fetch_serves_for_five_minutes(keys: KeySet, gateway: Gateway, clock: Clock) -> None:
    assert all(is_key(keys("first"), FIRST) for _ in range(5))
    clock.now += TTL_SECONDS
    assert is_key(keys("first"), FIRST)
    assert gateway.asked == 1
    clock.now += 1
    assert is_key(keys("first"), FIRST)
    assert gateway.asked == 2


def test_a_withdrawn_key_is_not_good_for_more_than_five_minutes(keys: KeySet, gateway: Gateway, clock: Clock) -> None:
    keys("first")
    gateway.keys = [jwk(SECOND, "ES256", "second")]
    assert is_key(keys("first"), FIRST)
    clock.now += TTL_SECONDS + 1
    assert keys("first") is None


def test_an_unknown_key_is_asked_for_at_once_and_then_only_every_thirty_seconds(
    keys: KeySet, gateway: Gateway, clock: Clock
) -> None:
    keys("first")
    clock.now += PAUSE_SECONDS
    gateway.keys.append(jwk(SECOND, "ES256", "second"))
    assert is_key(keys("second"), SECOND)
    assert gateway.asked == 2
    for number in range(20):
        clock.now += 1
        assert keys(f"forged {number}") is None
    assert gateway.asked == 2
    clock.now += PAUSE_SECONDS
    assert keys("forged") is None
    assert gateway.asked == 3


def test_a_token_that_names_no_key_gets_the_only_one(keys: KeySet, gateway: Gateway, clock: Clock) -> None:
    gateway.keys = [jwk(FIRST, "ES256")]
    assert is_key(keys(None), FIRST)
    clock.now += TTL_SECONDS + 1
    gateway.keys = [jwk(FIRST, "ES256"), jwk(SECOND, "ES256")]
    assert keys(None) is None
    clock.now += TTL_SECONDS + 1
    gateway.keys = [jwk(FIRST, "ES256", "first"), jwk(SECOND, "ES256")]
    assert keys(None) is None
    assert is_key(keys("first"), FIRST)


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
def test_the_last_good_set_serves_while_the_server_is_out_of_order(
    keys: KeySet, gateway: Gateway, clock: Clock, outage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    keys("first")
    vars(gateway).update(outage)
    clock.now += TTL_SECONDS + 1
    with caplog.at_level(logging.WARNING):
        assert is_key(keys("first"), FIRST)
    assert "external_jwt: the keys could not be fetched" in caplog.text
    assert gateway.asked == 2
    clock.now += PAUSE_SECONDS - 1
    assert is_key(keys("first"), FIRST)
    assert gateway.asked == 2, "the server is left alone for half a minute"

    clock.now += STALE_SECONDS
    with pytest.raises(ProviderFailed):
        keys("first")


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
def test_without_any_set_an_outage_is_no_bad_credential(
    keys: KeySet, gateway: Gateway, clock: Clock, outage: dict[str, Any]
) -> None:
    vars(gateway).update(outage)
    for _ in range(3):
        with pytest.raises(ProviderFailed, match="external_jwt: no keys"):
            keys("first")
    assert gateway.asked == 1
    gateway.status, gateway.body = 200, None
    clock.now += PAUSE_SECONDS
    assert is_key(keys("first"), FIRST)


def test_a_server_that_is_not_there_at_all_is_an_outage() -> None:
    with gateways.running() as gone:
        url = gone.url
    with pytest.raises(ProviderFailed, match="no keys: ConnectionError"):
        KeySet("external_jwt", url, "ES256")("first")


def test_an_emptied_set_is_the_issuers_word(keys: KeySet, gateway: Gateway, clock: Clock) -> None:
    keys("first")
    gateway.keys = []
    clock.now += TTL_SECONDS + 1
    assert keys("first") is None
    assert keys(None) is None


def test_only_keys_that_are_for_this_are_taken(gateway: Gateway) -> None:
    private = jwk(SECOND, "ES256", "private", d="AAAA")
    broken: list[Any] = [None, 1, [], "key", {}, {"kty": "EC"}, {"kty": "EC", "crv": "P-256", "x": 1, "y": []}]
    gateway.keys = [
        *broken,
        jwk(SECOND, "ES256", "to encrypt", use="enc"),
        jwk(SECOND, "ES256", "of another algorithm", alg="ES384"),
        jwk(SECOND, "ES256", "to sign", key_ops=["sign"]),
        jwk(SECOND, "ES256", "odd operations", key_ops=5),
        {**jwk(SECOND, "ES256"), "kid": 5},
        private,
        {"kty": "oct", "k": "c2VjcmV0", "kid": "a secret", "alg": "ES256", "use": "sig"},
        jwk(KEYS["RS256"], "RS256", "RSA", alg="ES256"),
        jwk(ec.generate_private_key(ec.SECP384R1()), "ES384", "P-384", alg=None),
        jwk(FIRST, "ES256", "first", use=None, alg=None),
        jwk(FIRST, "ES256", "verify", use=None, key_ops=["verify"]),
    ]
    keys = KeySet("external_jwt", gateway.url, "ES256")
    assert is_key(keys("first"), FIRST)
    assert is_key(keys("verify"), FIRST)
    for entry in gateway.keys:
        name = entry.get("kid") if isinstance(entry, dict) else None
        if name not in ("first", "verify"):
            assert keys(name) is None, name


def test_a_short_rsa_key_is_for_nothing() -> None:
    short = new_key("RS256", 1024)
    assert not fits(short.public_key(), "RS256")
    assert fits(KEYS["RS256"].public_key(), "PS256")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_fits_its_own_algorithm_and_no_private_key_fits_any(algorithm: str) -> None:
    fitting = {name for name, key in KEYS.items() if fits(key.public_key(), algorithm)}
    assert fitting == ({"RS256", "PS256"} if algorithm in {"RS256", "PS256"} else {algorithm})
    assert not any(fits(key, algorithm) for key in KEYS.values())
    for other in (ed448.Ed448PrivateKey.generate(), x25519.X25519PrivateKey.generate()):
        assert not fits(other.public_key(), algorithm)


def test_threads_that_come_at_once_fetch_once(keys: KeySet, gateway: Gateway) -> None:
    gateway.may_answer.clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(keys, "first") for _ in range(8)]
        time.sleep(0.2)
        assert not any(future.done() for future in asked)
        gateway.may_answer.set()
        assert all(is_key(future.result(), FIRST) for future in asked)
    assert gateway.asked == 1


@pytest.mark.usefixtures("patience")
def test_threads_that_have_keys_do_not_wait_for_one_that_fetches(keys: KeySet, gateway: Gateway, clock: Clock) -> None:
    keys("first")
    clock.now += TTL_SECONDS + 1
    gateway.may_answer.clear()
    fetching = threading.Thread(target=keys, args=("first",))
    fetching.start()
    while gateway.asked < 2:
        time.sleep(0.01)
    assert is_key(keys("first"), FIRST)
    assert fetching.is_alive(), "it was waited for"
    gateway.may_answer.set()
    fetching.join()


@pytest.mark.usefixtures("patience")
def test_a_token_of_a_new_key_waits_a_moment_for_the_thread_that_fetches_it(
    keys: KeySet, gateway: Gateway, clock: Clock
) -> None:
    keys("first")
    clock.now += TTL_SECONDS + 1
    gateway.keys.append(jwk(SECOND, "ES256", "second"))
    gateway.may_answer.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(keys, "first")
        while gateway.asked < 2:
            time.sleep(0.01)
        second = pool.submit(keys, "second")
        time.sleep(0.1)
        gateway.may_answer.set()
        assert is_key(second.result(), SECOND)
        assert is_key(first.result(), FIRST)
    assert gateway.asked == 2


def test_no_key_is_fetched_for_a_token_that_is_bad_anyway(gateway: Gateway) -> None:
    strategy: ExternalJwtStrategy[str] = ExternalJwtStrategy(
        KeySet("external_jwt", gateway.url, "ES256"), str, algorithm="ES256", issuer=ISSUER, audience=AUDIENCE
    )
    for token in (pyjwt.encode({"iss": ISSUER}, "", "none"), sign("x" * 40, "HS256"), sign(FIRST, "ES256", iss="me")):
        with Flask(__name__).test_request_context(headers={"Authorization": f"Bearer {token}"}) as context:
            try:
                assert strategy.authenticate(context.request) is None
            except AuthenticationFailed:
                continue
    assert gateway.asked == 0
