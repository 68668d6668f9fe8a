"""Bearer tokens that somebody else signed: which are meant, and which are good."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.passport import AuthenticationFailed, Success
from app.passport.bearer import MAX_TOKEN_LENGTH, Claims, invalid_token
from app.passport.strategies.external_jwt import MAX_SAFE_INTEGER, ExternalJwtStrategy
from tests.interop.gateway import AUDIENCE, ISSUER, new_key, sign
from tests.strategy_kit import Example, StrategyCase, StrategyConformance

SECRET = "Vb7nM2kQ9xT4wL6zR1cY8pH3gJ5sD0fA"
KEY = new_key("ES256")
GUIDE: dict[str, Any] = {"iss": None, "aud": None, "sub": "ada", "email": "ada@example.com", "role": "admin"}
"""What the Passport guide signs, besides the times."""


def verify(claims: Claims) -> str:
    if claims["sub"] == "nobody":
        raise invalid_token("token_revoked")
    return str(claims["sub"])


def broken(claims: Claims) -> str:
    raise RuntimeError("the database does not answer")


def of_the_guide() -> ExternalJwtStrategy[str]:
    """For the guide's tokens, which name neither issuer nor audience."""
    return ExternalJwtStrategy(lambda _kid: SECRET, verify, algorithm="HS256", issuer=None, audience=None)


def of_the_gateway(verify: Any = verify) -> ExternalJwtStrategy[str]:
    """For a gateway's, by its one public key."""
    keys = {None: KEY.public_key(), "one": KEY.public_key()}
    return ExternalJwtStrategy(keys.get, verify, algorithm="ES256", issuer=ISSUER, audience=AUDIENCE)


def guides(**changes: Any) -> str:
    return sign(SECRET, "HS256", **{**GUIDE, **changes})


def gateways(**changes: Any) -> str:
    return sign(KEY, "ES256", **{"sub": "ada", **changes})


def ask(strategy: ExternalJwtStrategy[str], token: str, **request: Any) -> Success[str] | None:
    request.setdefault("headers", {"Authorization": f"Bearer {token}"})
    with Flask(__name__).test_request_context(**request) as context:
        return strategy.authenticate(context.request)


def refused(strategy: ExternalJwtStrategy[str], token: str) -> str:
    with pytest.raises(AuthenticationFailed) as refusal:
        ask(strategy, token)
    assert refusal.value.message == "Invalid token"
    return refusal.value.code


def signed(claims: object, header: dict[str, Any] | None = None, secret: str = SECRET) -> str:
    """A token of these very bytes, signed with HS256, whatever they are."""
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return pyjwt.api_jws.PyJWS().encode(payload, secret, "HS256", headers=header)


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
    assert success.info == {"issuer": None, "subject": "ada", "location": "header"}


def test_a_gateways_token_is_good_and_its_signer_and_subject_are_told() -> None:
    for audience in (AUDIENCE, ["others", AUDIENCE]):
        success = ask(of_the_gateway(), gateways(aud=audience, role="admin"))
        assert success is not None
        assert success.info == {"issuer": ISSUER, "subject": "ada", "location": "header"}


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


def test_an_expired_token_says_so_after_ten_seconds_of_grace() -> None:
    now = int(time.time())
    assert ask(of_the_guide(), guides(exp=now - 5)) is not None
    assert refused(of_the_guide(), guides(exp=now - 30)) == "token_expired"


def test_a_token_of_the_future_is_refused_beyond_ten_seconds() -> None:
    now = int(time.time())
    assert ask(of_the_guide(), guides(iat=now + 5)) is not None
    assert refused(of_the_guide(), guides(iat=now + 60)) == "invalid_token"
    assert refused(of_the_guide(), guides(nbf=now + 60)) == "invalid_token"


@pytest.mark.parametrize("claim", ["exp", "iat", "sub"])
def test_a_token_without_an_end_a_beginning_or_a_subject_is_refused(claim: str) -> None:
    assert refused(of_the_guide(), guides(**{claim: None})) == "invalid_token"
    claims = {**json.loads(base64.urlsafe_b64decode(guides().split(".")[1] + "==")), claim: None}
    assert refused(of_the_guide(), signed(claims)) == "invalid_token"


@pytest.mark.parametrize("value", ["1999999999", True, "soon", [], {}])
def test_times_are_numbers(value: object) -> None:
    for name in ("exp", "iat"):
        now = int(time.time())
        claims = {"sub": "ada", "iat": now, "exp": now + 60, name: value}
        # True is 1 to Python, and so long ago.
        assert refused(of_the_guide(), signed(claims)) in {"invalid_token", "token_expired"}


@pytest.mark.parametrize("number", [b"1e999", b"NaN", b"-Infinity"])
def test_times_that_are_no_finite_numbers_are_refused(number: bytes) -> None:
    now = str(int(time.time())).encode()
    assert refused(of_the_guide(), signed(b'{"sub":"ada","iat":%s,"exp":%s}' % (now, number))) == "invalid_token"
    assert refused(of_the_guide(), signed(b'{"sub":"ada","iat":%s,"exp":9e9}' % number)) == "invalid_token"


@pytest.mark.parametrize(
    ("subject", "known"), [("42", "42"), (42, "42"), (0, "0"), (MAX_SAFE_INTEGER, "9007199254740991")]
)
def test_a_subject_may_be_a_number_as_jsonwebtoken_signs_it(subject: object, known: str) -> None:
    now = int(time.time())
    success = ask(of_the_guide(), signed({"sub": subject, "iat": now, "exp": now + 60}))
    assert success is not None
    assert (success.user, success.info["subject"]) == (known, known)


@pytest.mark.parametrize(
    "subject", ["", True, False, 4.5, 42.0, -1, MAX_SAFE_INTEGER + 1, 10**30, [], ["ada"], {"a": 1}]
)
def test_any_other_subject_is_refused(subject: object) -> None:
    now = int(time.time())
    assert refused(of_the_guide(), signed({"sub": subject, "iat": now, "exp": now + 60})) == "invalid_token"


def test_a_token_for_somebody_else_is_refused() -> None:
    audiences: tuple[object, ...] = ("others", ["others"], [], None, [AUDIENCE, 5], {AUDIENCE: 1})
    for audience in audiences:
        assert refused(of_the_gateway(), gateways(aud=audience)) == "invalid_token"


def test_without_an_audience_of_our_own_any_audience_is_somebody_else() -> None:
    now = int(time.time())
    audiences: tuple[object, ...] = ("flaskport", "", [], None)
    for audience in audiences:
        claims = {"sub": "ada", "iat": now, "exp": now + 60, "aud": audience}
        assert refused(of_the_guide(), signed(claims)) == "invalid_token"


def test_an_unsigned_token_is_refused() -> None:
    header = _segment({"alg": "none", "typ": "JWT"})
    for token, strategy in ((guides(), of_the_guide()), (gateways(), of_the_gateway())):
        payload = token.split(".")[1]
        assert refused(strategy, f"{header}.{payload}.") == "invalid_token"
        assert refused(strategy, f"{header}.{payload}.{token.split('.')[2]}") == "invalid_token"


def test_the_algorithm_is_ours_to_choose() -> None:
    assert refused(of_the_guide(), sign(SECRET * 2, "HS512", **GUIDE)) == "invalid_token"
    assert refused(of_the_gateway(), sign(new_key("EdDSA"), "EdDSA")) == "invalid_token"


def test_the_public_key_is_no_secret_to_sign_with() -> None:
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = _segment({"alg": "HS256", "typ": "JWT"})
    signed_part = f"{header}.{gateways().split('.')[1]}"
    for key in (pem, pem.strip(), KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)):
        signature = base64.urlsafe_b64encode(hmac.digest(key, signed_part.encode(), "sha256")).decode().rstrip("=")
        assert refused(of_the_gateway(), f"{signed_part}.{signature}") == "invalid_token"


@pytest.mark.parametrize("kind", ["JWT", "jwt", "at+jwt", "application/at+jwt"])
def test_a_token_may_say_that_it_is_an_access_token(kind: str) -> None:
    assert ask(of_the_guide(), signed(_claims(), {"typ": kind})) is not None


@pytest.mark.parametrize("kind", ["logout+jwt", "dpop+jwt", "secevent+jwt", "refresh+jwt", "", 5, None, ["JWT"]])
def test_a_token_that_says_it_is_something_else_is_refused(kind: object) -> None:
    signed_part = f"{_segment({'alg': 'HS256', 'typ': kind})}.{guides().split('.')[1]}"
    signature = hmac.digest(SECRET.encode(), signed_part.encode(), "sha256")
    token = f"{signed_part}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
    assert refused(of_the_guide(), token) == "invalid_token"


def test_a_refresh_token_of_this_kind_of_server_is_refused() -> None:
    assert refused(of_the_guide(), guides(type="refresh")) == "invalid_token"
    assert refused(of_the_gateway(), gateways(type="refresh")) == "invalid_token"
    assert ask(of_the_guide(), guides(type="access")) is not None


def test_extensions_that_nobody_here_understands_are_refused() -> None:
    assert refused(of_the_guide(), signed(_claims(), {"crit": ["exp"]})) == "invalid_token"
    assert refused(of_the_guide(), signed(_claims(), {"kid": "one", "crit": ["b65"], "b65": 1})) == "invalid_token"


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer a b", "bearer {} twice"])
def test_a_malformed_header_is_refused(authorization: str) -> None:
    with pytest.raises(AuthenticationFailed) as refusal:
        ask(of_the_guide(), "", headers={"Authorization": authorization.format(guides())})
    assert "Expected" in str(refusal.value.challenge)


def test_another_scheme_is_somebody_elses() -> None:
    assert ask(of_the_guide(), "", headers={"Authorization": f"Token {guides()}"}) is None
    assert ask(of_the_guide(), "", headers={"Authorization": f"bEaReR {guides()}"}) is not None


def _segment(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _claims() -> dict[str, Any]:
    now = int(time.time())
    return {"sub": "ada", "iat": now, "exp": now + 60}
