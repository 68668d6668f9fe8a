"""A token in a header or a cookie: where it is looked for, and what a cookie must prove besides."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.passport import AuthenticationFailed, Forbidden, Success
from app.passport.bearer import BAD_HEADER, CHALLENGE, INVALID_TOKEN, MAX_TOKEN_LENGTH, TOKEN_REVOKED, Claims
from app.passport.strategies.jwt import JwtStrategy, TokenProof
from tests.words import refusal

CSRF = {"X-CSRF-TOKEN": "double"}


def decode(token: str) -> Claims:
    name, _, good = token.partition(".")
    if good != "good":
        raise INVALID_TOKEN
    return {"sub": name, "csrf": "double"}


def verify(claims: Claims) -> str:
    if claims["sub"] == "eve":
        raise TOKEN_REVOKED
    return str(claims["sub"])


@pytest.fixture
def strategy() -> JwtStrategy[str]:
    return JwtStrategy(decode, verify, cookie="access", csrf_cookie="csrf")


def ask(
    strategy: JwtStrategy[str], *, cookie: str | None = None, url: str = "/", **request: Any
) -> Success[str, TokenProof] | None:
    """What the strategy makes of a request."""
    if cookie is not None:
        request["headers"] = {**request.get("headers", {}), "Cookie": f"access={cookie}"}
    with Flask(__name__).test_request_context(url, **request) as context:
        return strategy.authenticate(context.request)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_may_be_in_any_letter_case(strategy: JwtStrategy[str], scheme: str) -> None:
    success = ask(strategy, headers={"Authorization": f"{scheme} ada.good"})
    assert success is not None
    assert (success.user, success.strategy, success.proof.location) == ("ada", "jwt", "header")


def test_a_cookie_is_a_token_too(strategy: JwtStrategy[str]) -> None:
    success = ask(strategy, cookie="ada.good")
    assert success is not None
    assert (success.user, success.proof.location) == ("ada", "cookie")


ODD_BLANKS = ["\x0b", "\x0c", "\x1c", "\x1f", "\x85", "\xa0", "\xc2\xa0", "\xe2\x80\x80"]
"""White space for Python's ``str.strip``, also as bytes of UTF-8, which WSGI hands over as latin-1."""


@pytest.mark.parametrize("blank", ODD_BLANKS, ids=ascii)
def test_a_cookie_whose_name_has_odd_bytes_around_it_is_another_cookie(strategy: JwtStrategy[str], blank: str) -> None:
    for planted in (f"{blank}access=eve.good", f"access{blank}=eve.good"):
        with Flask(__name__).test_request_context(environ_overrides={"HTTP_COOKIE": planted}) as context:
            assert strategy.authenticate(context.request) is None
        both = {"HTTP_COOKIE": f"{planted}; access=ada.good"}
        with Flask(__name__).test_request_context(environ_overrides=both) as context:
            success = strategy.authenticate(context.request)
        assert success is not None
        assert success.user == "ada"


def test_blanks_and_tabs_around_a_cookie_are_not_part_of_it(strategy: JwtStrategy[str]) -> None:
    environ = {"HTTP_COOKIE": "theme=dark;\t access \t=\t ada.good \t; other=1"}
    with Flask(__name__).test_request_context(environ_overrides=environ) as context:
        success = strategy.authenticate(context.request)
    assert success is not None
    assert success.user == "ada"


@pytest.mark.parametrize("blank", ODD_BLANKS, ids=ascii)
def test_only_blanks_and_tabs_part_the_scheme_from_the_token(strategy: JwtStrategy[str], blank: str) -> None:
    with Flask(__name__).test_request_context(
        environ_overrides={"HTTP_AUTHORIZATION": f"Bearer{blank}ada.good"}
    ) as there:
        assert strategy.authenticate(there.request) is None
    with Flask(__name__).test_request_context(environ_overrides={"HTTP_AUTHORIZATION": "Bearer \t ada.good "}) as there:
        success = strategy.authenticate(there.request)
    assert success is not None
    assert success.user == "ada"


def test_the_claims_are_handed_on(strategy: JwtStrategy[str]) -> None:
    success = ask(strategy, cookie="ada.good")
    assert success is not None
    assert success.proof.claims["sub"] == "ada"


def test_a_good_header_wins_over_a_good_cookie(strategy: JwtStrategy[str]) -> None:
    success = ask(strategy, cookie="ada.good", headers={"Authorization": "Bearer bob.good"})
    assert success is not None
    assert success.user == "bob"


@pytest.mark.parametrize("header", ["Bearer ada.bad", "Bearer", "Bearer ", "Bearer ada.good twice", "bearer ,"])
def test_a_bad_bearer_header_never_falls_back_to_a_good_cookie(strategy: JwtStrategy[str], header: str) -> None:
    assert refusal(ask, strategy, cookie="ada.good", headers={"Authorization": header}).code == "invalid_token"


def test_a_revoked_bearer_token_never_falls_back_to_a_good_cookie(strategy: JwtStrategy[str]) -> None:
    refused = refusal(ask, strategy, cookie="ada.good", headers={"Authorization": "Bearer eve.good"})
    assert refused.code == "token_revoked"


@pytest.mark.parametrize("header", ["Basic YTpi", "", "Bearerada.good", "Token ada.good"])
def test_a_header_of_another_kind_is_not_ours_to_judge(strategy: JwtStrategy[str], header: str) -> None:
    assert ask(strategy, headers={"Authorization": header}) is None
    assert ask(strategy, cookie="ada.good", headers={"Authorization": header}) is not None


@pytest.mark.parametrize("url", ["/?access=ada.good", "/?access_token=ada.good", "/?jwt=ada.good", "/?token=ada.good"])
def test_the_query_string_is_never_looked_at(strategy: JwtStrategy[str], url: str) -> None:
    assert ask(strategy, url=url) is None


@pytest.mark.parametrize("field", ["access", "access_token", "jwt"])
def test_the_body_is_never_looked_at(strategy: JwtStrategy[str], field: str) -> None:
    assert ask(strategy, method="POST", json={field: "ada.good"}) is None
    assert ask(strategy, method="POST", data={field: "ada.good"}) is None


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Bearer", "Invalid token: expected 'Authorization: Bearer <token>'."),
        ("Bearer Bearer ada.good", "Invalid token: expected 'Authorization: Bearer <token>'."),
        ('Bearer "ada.good"', "Invalid token: send it without quotation marks."),
        ("bearer 'ada.good'", "Invalid token: send it without quotation marks."),
        ("Bearer undefined", "Invalid token: undefined is none."),
        ("Bearer null", "Invalid token: null is none."),
    ],
)
def test_a_header_that_is_nearly_right_is_told_what_is_wrong(
    strategy: JwtStrategy[str], header: str, message: str
) -> None:
    failure = refusal(ask, strategy, headers={"Authorization": header})
    assert isinstance(failure, AuthenticationFailed)
    assert (failure.code, failure.message, failure.challenge) == ("invalid_token", message, BAD_HEADER)


def test_no_token_and_an_empty_cookie_are_nothing_of_this_kind(strategy: JwtStrategy[str]) -> None:
    assert ask(strategy) is None
    assert ask(strategy, cookie="") is None


@pytest.mark.parametrize("token", ["ada.bad", "%00", "é", "null"])
def test_a_cookie_that_is_no_good_token_is_a_failure_and_not_nobody(strategy: JwtStrategy[str], token: str) -> None:
    assert refusal(ask, strategy, cookie=token).code == "invalid_token"


def test_a_token_longer_than_a_cookie_is_refused_unread(strategy: JwtStrategy[str]) -> None:
    longest = f"{'a' * (MAX_TOKEN_LENGTH - 5)}.good"
    assert ask(strategy, headers={"Authorization": f"Bearer {longest}"}) is not None
    assert refusal(ask, strategy, headers={"Authorization": f"Bearer a{longest}"}).code == "invalid_token"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_safe_request_with_a_cookie_needs_no_csrf_token(strategy: JwtStrategy[str], method: str) -> None:
    assert ask(strategy, cookie="ada.good", method=method) is not None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_an_unsafe_request_with_a_cookie_must_repeat_the_csrf_token(strategy: JwtStrategy[str], method: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        ask(strategy, cookie="ada.good", method=method)
    assert refusal.value.code == "csrf_missing"
    assert ask(strategy, cookie="ada.good", method=method, headers=CSRF) is not None


@pytest.mark.parametrize("sent", ["wrong", "doubl", "double2", "\xff\xfe", "None"])
def test_a_wrong_csrf_token_is_refused_naming_the_cookie_and_the_header(strategy: JwtStrategy[str], sent: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        ask(strategy, cookie="ada.good", method="POST", headers={"X-CSRF-TOKEN": sent})
    assert refusal.value.code == "csrf_invalid"
    assert refusal.value.message == "Send the value of the cookie csrf in the header X-CSRF-TOKEN."


def test_a_header_needs_no_csrf_token_because_no_other_page_can_send_it(strategy: JwtStrategy[str]) -> None:
    assert ask(strategy, method="DELETE", headers={"Authorization": "Bearer ada.good"}) is not None


def test_every_refusal_of_a_token_is_challenged_in_the_same_words(strategy: JwtStrategy[str]) -> None:
    for token in ("ada.bad", "eve.good", "x" * 5000):
        failure = refusal(ask, strategy, headers={"Authorization": f"Bearer {token}"})
        assert isinstance(failure, AuthenticationFailed)
        assert failure.message == type(failure).message
        assert failure.challenge == f'{CHALLENGE}, error="invalid_token"'


@pytest.mark.parametrize(("headers", "challenge"), [({}, CHALLENGE), ({"Authorization": "Basic YTpi"}, BAD_HEADER)])
def test_the_challenge_for_nobody_says_when_the_header_was_of_another_kind(
    strategy: JwtStrategy[str], headers: dict[str, str], challenge: str
) -> None:
    with Flask(__name__).test_request_context("/", headers=headers) as context:
        assert strategy.challenge_for(context.request) == challenge
