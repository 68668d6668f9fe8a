"""Bearer tokens that somebody else signed: which are meant, and who signed them."""

from __future__ import annotations

import base64
import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from app.passport import AuthenticationFailed
from app.passport.bearer import MAX_TOKEN_LENGTH
from app.passport.strategies.external_jwt import ExternalJwtStrategy, ExternalTokenProof
from tests.interop.gateway import AUDIENCE, ISSUER, new_key, sign
from tests.passport.external import (
    GUIDE,
    KEY,
    SECRET,
    ask,
    broken,
    gateways,
    guides,
    of_the_gateway,
    of_the_guide,
    refused,
    segment,
    signed,
)
from tests.strategy_kit import Example, StrategyCase, StrategyConformance


class TestTheStrategy(StrategyConformance):
    @pytest.fixture
    def case(self) -> StrategyCase:
        def bearing(name: str, token: str, **more: Any) -> Example:
            return Example(name, {"headers": {"Authorization": f"Bearer {token}"}}, secrets=(token,), **more)

        return StrategyCase(
            strategy=of_the_gateway(),
            broken=of_the_gateway(broken),
            good=[bearing("a token of the gateway", gateways(), user="ada")],
            bad=[
                bearing("an expired one", gateways(exp=1)),
                bearing("one for somebody else", gateways(aud="others")),
                bearing("one signed by somebody else", sign(new_key("ES256"), "ES256", sub="ada")),
                bearing("one of nobody here", gateways(sub="nobody")),
            ],
            alien=[
                bearing("one of another issuer", gateways(iss="flaskport")),
                bearing("one of no issuer", guides()),
                Example("a cookie", {"headers": {"Cookie": f"access_token_cookie={gateways()}"}}),
            ],
        )


@pytest.mark.parametrize("strategy", [of_the_guide(), of_the_gateway()], ids=["guide", "gateway"])
def test_neither_a_cookie_nor_the_query_nor_the_body_is_looked_at(strategy: ExternalJwtStrategy[str]) -> None:
    for token in (guides(), gateways()):
        assert ask(strategy, token, headers={"Cookie": f"access_token_cookie={token}; token={token}"}) is None
        assert ask(strategy, token, headers={}, path=f"/?access_token={token}&token={token}&jwt={token}") is None
        assert ask(strategy, token, headers={}, method="POST", json={"access_token": token}) is None
        assert ask(strategy, token, headers={}, method="POST", data={"access_token": token}) is None


def test_the_guides_token_is_good_and_its_signer_and_subject_are_told() -> None:
    success = ask(of_the_guide(), guides())
    assert success is not None
    assert (success.user, success.strategy) == ("ada", "external_jwt")
    assert success.proof == ExternalTokenProof(None, "ada")


def test_a_gateways_token_is_good_and_its_signer_and_subject_are_told() -> None:
    for audience in (AUDIENCE, ["others", AUDIENCE]):
        success = ask(of_the_gateway(), gateways(aud=audience, role="admin"))
        assert success is not None
        assert success.proof == ExternalTokenProof(ISSUER, "ada")


def test_a_token_belongs_to_whom_it_names_as_issuer() -> None:
    with_issuer = (guides(iss="flaskport"), guides(iss=ISSUER), guides(iss=""), signed({**GUIDE, "iss": None}))
    assert [of_the_guide().recognises(token) for token in (guides(), *with_issuer)] == [True, *[False] * 4]
    others = (
        gateways(iss=None),
        gateways(iss="flaskport"),
        gateways(iss=f"{ISSUER}/"),
        signed({"sub": "ada", "iss": [ISSUER]}),
    )
    assert [of_the_gateway().recognises(token) for token in (gateways(), *others)] == [True, *[False] * 4]


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_=-]{0,40}\.[A-Za-z0-9_-]{0,20}"))
def test_nothing_that_is_sent_makes_recognising_fail(text: str) -> None:
    for strategy in (of_the_guide(), of_the_gateway()):
        assert strategy.recognises(text) in (True, False)


def test_what_is_no_token_is_not_recognised() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 2900).decode()
    payloads = [b"null", b"[]", b'"text"', b"1", b"{", b"\xff\xfe", b"", b'{"a":' * 500]
    tokens = [f"e30.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.x" for payload in payloads]
    for token in (*tokens, "e30.e30", "e30.e30.e30.e30", "e30.é.e30", "", "..", "a.b.c", f"e30.{deep}.x"):
        assert not of_the_guide().recognises(token), token


def test_a_token_longer_than_a_cookie_is_refused_unread() -> None:
    long = guides(note="x" * MAX_TOKEN_LENGTH)
    assert not of_the_guide().recognises(long)
    assert refused(of_the_guide(), long) == "invalid_token"


def test_the_wrong_key_is_refused() -> None:
    assert refused(of_the_guide(), sign(SECRET[::-1], "HS256", **GUIDE)) == "invalid_token"
    assert refused(of_the_gateway(), sign(new_key("ES256"), "ES256")) == "invalid_token"


def test_a_key_that_does_not_exist_is_refused() -> None:
    assert ask(of_the_gateway(), sign(KEY, "ES256", "one", sub="ada")) is not None
    assert refused(of_the_gateway(), sign(KEY, "ES256", "two", sub="ada")) == "invalid_token"


def test_an_unsigned_token_is_refused() -> None:
    header = segment({"alg": "none", "typ": "JWT"})
    for token, strategy in ((guides(), of_the_guide()), (gateways(), of_the_gateway())):
        payload = token.split(".")[1]
        assert refused(strategy, f"{header}.{payload}.") == "invalid_token"
        assert refused(strategy, f"{header}.{payload}.{token.split('.')[2]}") == "invalid_token"


def test_the_algorithm_is_ours_to_choose() -> None:
    assert refused(of_the_guide(), sign(SECRET * 2, "HS512", **GUIDE)) == "invalid_token"
    assert refused(of_the_gateway(), sign(new_key("EdDSA"), "EdDSA")) == "invalid_token"


def test_the_public_key_is_no_secret_to_sign_with() -> None:
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = segment({"alg": "HS256", "typ": "JWT"})
    signed_part = f"{header}.{gateways().split('.')[1]}"
    for key in (pem, pem.strip(), KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)):
        signature = base64.urlsafe_b64encode(hmac.digest(key, signed_part.encode(), "sha256")).decode().rstrip("=")
        assert refused(of_the_gateway(), f"{signed_part}.{signature}") == "invalid_token"


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer a b", "bearer {} twice"])
def test_a_malformed_header_is_refused(authorization: str) -> None:
    with pytest.raises(AuthenticationFailed) as refusal:
        ask(of_the_guide(), "", headers={"Authorization": authorization.format(guides())})
    assert "Expected" in str(refusal.value.challenge)


def test_another_scheme_is_somebody_elses() -> None:
    assert ask(of_the_guide(), "", headers={"Authorization": f"Token {guides()}"}) is None
    assert ask(of_the_guide(), "", headers={"Authorization": f"bEaReR {guides()}"}) is not None
