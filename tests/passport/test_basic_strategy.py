"""A name and a password with every request (RFC 7617)."""

from __future__ import annotations

from base64 import b64encode

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.passport import AuthenticationFailed, Forbidden, Success
from app.passport.strategies.basic import BasicStrategy
from tests.passport.basic import CHALLENGE, encoded


def ask(authorization: str | None, **headers: str) -> Success[tuple[str, str]] | None:
    """What the strategy hands to its ``verify``, which takes every password but "wrong"."""
    if authorization is not None:
        headers["Authorization"] = authorization
    strategy = BasicStrategy(lambda identity, password: None if password == "wrong" else (identity, password))
    with Flask(__name__).test_request_context("/", headers=headers) as context:
        return strategy.authenticate(context.request)


@pytest.mark.parametrize(
    ("identity", "password"),
    [
        ("ada", "lovelace"),
        ("Aladdin", "open sesame"),
        ("ada", "a:b::c:"),
        ("ada", ":"),
        ("ada", ""),
        ("", "only a password"),
        ("ada@example.com", "pässwörd £ 密码 🔑"),
        ("\N{CYRILLIC SMALL LETTER A}da", "\N{NO-BREAK SPACE}\N{ZERO WIDTH JOINER}"),
    ],
)
def test_name_and_password_are_parted_at_the_first_colon_and_read_as_utf_8(identity: str, password: str) -> None:
    success = ask(f"Basic {encoded(f'{identity}:{password}')}")
    assert success is not None
    assert (success.user, success.strategy) == ((identity, password), "basic")
    assert success.proof is None


printable = st.characters(codec="utf-8", exclude_categories=["Cc"])


@given(st.text(printable).filter(lambda name: ":" not in name), st.text(printable).filter(lambda word: word != "wrong"))
def test_every_name_and_password_arrives_as_it_was_sent(identity: str, password: str) -> None:
    success = ask(f"Basic {encoded(f'{identity}:{password}')}")
    assert success is not None
    assert success.user == (identity, password)


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC", "bAsIc"])
def test_the_scheme_may_be_in_any_letter_case(scheme: str) -> None:
    assert ask(f"{scheme} {encoded('ada:x')}") is not None


@pytest.mark.parametrize("header", [None, "", " ", "Bearer abc", f"Basically {encoded('a:b')}", encoded("a:b")])
def test_a_header_of_another_kind_is_left_to_others(header: str | None) -> None:
    assert ask(header) is None


@pytest.mark.parametrize(
    "sent",
    [
        "",
        " ",
        "not base64!",
        encoded("ada:fine").replace("O", "!O"),
        "====",
        "YTp",
        "YTpi YTpi",
        "YTpi, Basic YTpi",
        encoded("no colon"),
        b64encode(b"ada:\xff\xfe").decode(),
        b64encode("ada:é".encode("latin-1")).decode(),
        encoded("ada:nul\0"),
        encoded("ada:line\nbreak"),
        encoded("a\x7fda:x"),
        "\xe9\xff",
        "-_-_",
        "A" * 50_001,
        encoded("ada:wrong"),
    ],
)
def test_what_is_malformed_is_refused_like_a_wrong_password(sent: str) -> None:
    with pytest.raises(AuthenticationFailed) as refusal:
        ask(f"Basic {sent}")
    failure = refusal.value
    assert (failure.code, failure.message) == ("invalid_credentials", "Invalid credentials")
    assert failure.challenge == CHALLENGE


@pytest.mark.parametrize(
    ("name", "value"),
    [("Origin", "null"), ("Origin", "http://localhost"), ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Dest", "image")],
)
@pytest.mark.parametrize("sent", [encoded("ada:x"), encoded("ada:wrong"), "malformed"])
def test_a_browser_is_forbidden_whatever_it_sends(name: str, value: str, sent: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        ask(f"Basic {sent}", **{name: value})
    assert refusal.value.code == "browser_must_use_cookies"


def test_a_browser_that_sends_no_password_is_left_to_others() -> None:
    assert ask(None, Origin="http://localhost") is None
    assert ask("Bearer abc", Origin="http://localhost") is None


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [({}, CHALLENGE), ({"Sec-Fetch-Mode": "cors"}, CHALLENGE), ({"Origin": "http://localhost"}, None)]
    + [({name: "x"}, None) for name in ("Sec-Fetch-Site", "Sec-Fetch-Dest")],
)
def test_only_a_program_is_asked_for_a_password(headers: dict[str, str], challenge: str | None) -> None:
    strategy: BasicStrategy[str] = BasicStrategy(lambda _identity, _password: None)
    with Flask(__name__).test_request_context("/", headers=headers) as context:
        assert strategy.challenge_for(context.request) == challenge


def test_how_it_travels_is_described_for_openapi() -> None:
    assert BasicStrategy.security_schemes == {"basic": {"type": "http", "scheme": "basic"}}
