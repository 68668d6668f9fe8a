"""Bearer tokens that somebody else signed: what they claim of times, subjects, audiences and their kind."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import pytest

from app.passport.bearer import MAX_SAFE_INTEGER
from tests.interop.gateway import AUDIENCE
from tests.passport.external import (
    SECRET,
    ask,
    gateways,
    guides,
    of_the_gateway,
    of_the_guide,
    refused,
    segment,
    signed,
)


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
    assert (success.user, success.proof.subject) == (known, known)


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


@pytest.mark.parametrize("kind", ["JWT", "jwt", "at+jwt", "application/at+jwt"])
def test_a_token_may_say_that_it_is_an_access_token(kind: str) -> None:
    assert ask(of_the_guide(), signed(good_claims(), {"typ": kind})) is not None


@pytest.mark.parametrize("kind", ["logout+jwt", "dpop+jwt", "secevent+jwt", "refresh+jwt", "", 5, None, ["JWT"]])
def test_a_token_that_says_it_is_something_else_is_refused(kind: object) -> None:
    signed_part = f"{segment({'alg': 'HS256', 'typ': kind})}.{guides().split('.')[1]}"
    signature = hmac.digest(SECRET.encode(), signed_part.encode(), "sha256")
    token = f"{signed_part}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
    assert refused(of_the_guide(), token) == "invalid_token"


def test_a_refresh_token_of_this_kind_of_server_is_refused() -> None:
    assert refused(of_the_guide(), guides(type="refresh")) == "invalid_token"
    assert refused(of_the_gateway(), gateways(type="refresh")) == "invalid_token"
    assert ask(of_the_guide(), guides(type="access")) is not None


def test_extensions_that_nobody_here_understands_are_refused() -> None:
    assert refused(of_the_guide(), signed(good_claims(), {"crit": ["exp"]})) == "invalid_token"
    assert refused(of_the_guide(), signed(good_claims(), {"kid": "one", "crit": ["b65"], "b65": 1})) == "invalid_token"


def good_claims() -> dict[str, Any]:
    now = int(time.time())
    return {"sub": "ada", "iat": now, "exp": now + 60}
