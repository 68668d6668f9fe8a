"""``flask auth explain``: which check of a token fails first, what the rows say, and why a request was refused."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from flask import Flask

from app import accounts, sessions
from app.accounts import standing
from app.accounts.models import User
from app.core import clock
from app.core.database import transaction
from app.extensions import db
from app.features.api_keys import service as api_keys
from tests.callers import Command
from tests.client import Person
from tests.databases import SETTINGS

KEY = "x" * 20 + "0123456789abcdef"


@pytest.fixture
def engine() -> str:
    """What is asked of the rows is the same on both."""
    return "sqlite"


@pytest.fixture
def explained(flask: Command) -> Callable[..., Any]:
    """``explained(token)``: what is printed as JSON, where the token itself is nowhere."""

    def run(token: str, *more: str) -> Any:
        result = flask("auth explain - --json", *more, stdin=token)
        told = json.loads(result.stdout)
        assert result.exit_code == (10 if told["refused"] else 0)
        for part in token.split("."):
            assert part not in result.output
        return told

    return run


def changed(token: str, key: str = SETTINGS.jwt_secret, **claims: object) -> str:
    return jwt.encode({**jwt.decode(token, options={"verify_signature": False}), **claims}, key, "HS256")


def says(told: Any, what: str) -> str:
    return " ".join(step["says"] for step in told["steps"] if step["what"] == what)


def test_a_good_access_token(explained: Callable[..., Any], ada: Person) -> None:
    told = explained(ada.browser.access_token)
    assert (told["kind"], told["refused"]) == ("access token or refresh token", None)
    assert says(told, "signature") == "Ours, with issuer, audience and type of access tokens."
    assert says(told, "user") == f"{ada.id}, active"
    assert says(told, "role").startswith("user: ")
    assert "csrf" not in json.dumps(told).lower().replace("x-csrf-token", "")


def test_a_good_refresh_token_and_one_that_was_replaced(explained: Callable[..., Any], ada: Person, app: Flask) -> None:
    first = ada.browser.refresh_token
    assert says(explained(first), "rotation") == "It is the session's current refresh token."
    assert ada.browser.post("/auth/refresh").status_code == 200
    assert "leads to its successor" in says(explained(first), "rotation")
    with app.app_context(), transaction():
        session = db.session.get(sessions.Session, uuid.UUID(_sid(first)))
        assert session is not None
        session.rotated_at = clock.now() - dt.timedelta(minutes=5)
    assert explained(first)["refused"] == "token_reused"


def _sid(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["sid"])


@pytest.mark.parametrize(
    ("change", "refused", "what", "said"),
    [
        (
            {"key": KEY},
            "invalid_token",
            "signature",
            "it does not fit JWT_SECRET. So all that it says",
        ),
        ({"iss": "another"}, "invalid_token", "signature", "iss is 'another', expected 'flaskport'"),
        ({"exp": 1_700_000_000}, "token_expired", "exp", "Expired 2023-11-14 22:13Z; here it is "),
        ({"iat": 4_000_000_000}, "token_expired", "iat", "From the future, 2096-10-02 07:06Z"),
        ({"sid": str(uuid.UUID(int=7))}, "token_revoked", "session", "There is no such session"),
        ({"sub": str(uuid.UUID(int=7))}, "invalid_token", "user", "sub is not whose session it is."),
        ({"role": "admin"}, None, "role", "The token says admin; the row counts: user."),
    ],
)
def test_the_check_that_fails_first(
    explained: Callable[..., Any],
    ada: Person,
    change: dict[str, Any],
    refused: str | None,
    what: str,
    said: str,
) -> None:
    told = explained(changed(ada.browser.access_token, **change))
    assert told["refused"] == refused
    assert said in says(told, what)


def test_what_the_server_says_is_what_is_explained(explained: Callable[..., Any], ada: Person) -> None:
    token = ada.browser.access_token
    absurd: list[dict[str, Any]] = [
        {name: value} for name in ("exp", "iat") for value in (10**30, -(10**30), 253_402_300_800)
    ]
    for change in (*absurd, {"exp": 1}, {"sid": str(uuid.UUID(int=7))}, {"key": KEY}, {"sub": str(uuid.UUID(int=7))}):
        sent = changed(token, **change)
        answer = ada.browser.get("/api/profile", headers={"Authorization": f"Bearer {sent}"})
        assert explained(sent)["refused"] == (answer.json or {})["code"]


@pytest.mark.parametrize(
    ("done", "says_what"),
    [
        (standing.disable, "disabled"),
        (lambda user: standing.ban(user, "spam", None), "banned until further notice"),
    ],
)
def test_whoever_is_kept_out(
    explained: Callable[..., Any], ada: Person, app: Flask, done: Callable[[User], None], says_what: str
) -> None:
    with app.app_context(), transaction():
        done(accounts.get("ada@example.com"))
    told = explained(ada.browser.access_token)
    assert told["refused"] == "token_revoked"
    assert says_what in says(told, "user")
    assert "ended" in says(told, "session")


@pytest.mark.parametrize(
    ("written", "remark"),
    [
        ("Bearer {}", ""),
        ("Authorization: Bearer {}", ""),
        ("JWT {}", "It was sent with the scheme 'JWT': a server expects Authorization: Bearer <token>."),
        ('"{}"', "It stands in quotation marks: a server refuses it with them."),
    ],
)
def test_what_is_pasted_with_it_is_said(flask: Command, ada: Person, written: str, remark: str) -> None:
    result = flask("auth explain - --json", stdin=written.format(ada.browser.access_token))
    told = json.loads(result.stdout)
    assert (told["refused"], says(told, "sent as")) == (None, remark)


@pytest.mark.parametrize("written", ["nonsense", "a.b.c", "..", "a" * 5000])
def test_what_is_no_token(flask: Command, written: str) -> None:
    result = flask("auth explain", written)
    assert result.exit_code == 10
    assert result.output.endswith("Refused: invalid_token, for its form.\n")


def test_nothing_at_all(flask: Command) -> None:
    result = flask("auth explain -", stdin="\n")
    assert (result.exit_code, result.stderr) == (1, "no_token: There is nothing to explain.\n")


@pytest.mark.needs("api_keys")
def test_an_api_key(explained: Callable[..., Any], ada: Person, app: Flask) -> None:
    with app.app_context():
        key, token = api_keys.create(uuid.UUID(ada.id), "backup")
        key_id = key.id
    told = explained(token)
    assert (told["kind"], told["refused"]) == ("API key", None)
    assert says(told, "secret") == "It fits."
    assert (
        says(explained(token[:-1] + ("0" if token[-1] != "0" else "1")), "secret")
        == "It is another one than this key's."
    )
    assert explained("fp_1_2")["refused"] == "invalid_api_key"
    with app.app_context():
        api_keys.revoke(uuid.UUID(ada.id), key_id)
    told = explained(token)
    assert told["refused"] == "invalid_api_key"
    assert says(told, "revoked").startswith("Since ")
