"""A database that fails is an error on every kind of guarded view: never "anonymous", never 401."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.core import clock
from app.core.database import new_id
from app.guards import current_user_or_none, fresh_required, login_required, optional_auth, role_required
from app.sessions.tokens import Tokens, issue
from tests import databases
from tests.client import Browser, browser_of
from tests.databases import SETTINGS

POSTS = pytest.param("/api/posts", marks=pytest.mark.needs("posts"))


@dataclass(frozen=True)
class Anyone:
    """Somebody who is in no database."""

    id: uuid.UUID
    email: str = "ada@example.com"
    role: str = "admin"


@dataclass(frozen=True)
class AnySession:
    id: uuid.UUID
    refresh_id: uuid.UUID
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    methods: str = "local"

    @property
    def authenticated_at(self) -> dt.datetime:
        return self.last_seen_at


def who() -> dict[str, bool]:
    return {"anonymous": current_user_or_none() is None}


@pytest.fixture(params=["nothing listens", "no tables"])
def broken_app(request: pytest.FixtureRequest, tmp_path: Path, unused_port: int) -> Iterator[Flask]:
    """An app whose database does not answer, or is not the right one."""
    listening = {
        "nothing listens": f"postgresql+psycopg://nobody@127.0.0.1:{unused_port}/none",
        "no tables": f"sqlite:///{tmp_path / 'empty.db'}",
    }
    app = create_app(replace(SETTINGS, database_url=listening[str(request.param)]))
    app.add_url_rule("/login", "login", login_required(who))
    app.add_url_rule("/maybe", "maybe", optional_auth(who))
    app.add_url_rule("/role", "role", role_required("admin")(who))
    app.add_url_rule("/fresh", "fresh", fresh_required(who))
    yield app
    databases.close(app)


@pytest.fixture
def browser(broken_app: Flask) -> Browser:
    return browser_of(broken_app)


@pytest.fixture
def tokens(broken_app: Flask) -> Tokens:
    """Tokens that are good as far as their signature goes."""
    with broken_app.app_context():
        now = clock.now()
        return issue(Anyone(new_id()), AnySession(new_id(), new_id(), now, now + dt.timedelta(days=1)))


@pytest.mark.parametrize("path", ["/login", "/maybe", "/role", "/fresh", "/auth/session", POSTS, "/api/profile"])
@pytest.mark.parametrize("carry", ["header", "cookie"])
def test_a_token_that_cannot_be_looked_up_is_an_error_and_not_nobody(
    browser: Browser, tokens: Tokens, path: str, carry: str
) -> None:
    if carry == "header":
        response = browser.get(path, headers={"Authorization": f"Bearer {tokens.access_token}"})
    else:
        browser.set_cookie("access_token_cookie", tokens.access_token)
        response = browser.get(path)
    assert (response.status_code, (response.json or {})["code"]) == (503, "database_unavailable")
    assert response.headers["Retry-After"] == "1"
    assert response.headers.get("X-Auth-State") != "user"


def test_an_unreachable_database_does_not_say_that_a_refresh_or_a_sign_in_would_help(
    browser: Browser, tokens: Tokens
) -> None:
    response = browser.get("/maybe", headers={"Authorization": f"Bearer {tokens.access_token}"})
    assert "X-Auth-State" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_a_password_that_cannot_be_looked_up_is_an_error_and_not_a_wrong_one(browser: Browser) -> None:
    fields = {"email": "ada@example.com", "password": "correct horse battery"}
    for path, body in (("/auth/login", fields), ("/auth/token", {"grant_type": "password", **fields})):
        response = browser.post(path, json=body)
        assert (response.status_code, (response.json or {})["code"]) == (503, "database_unavailable")


def test_a_refresh_that_cannot_be_looked_up_keeps_the_cookies(browser: Browser, tokens: Tokens) -> None:
    browser.set_cookie("refresh_token_cookie", tokens.refresh_token, path="/auth")
    response = browser.post("/auth/refresh", headers={"X-CSRF-TOKEN": tokens.csrf})
    assert response.status_code == 503
    assert "Set-Cookie" not in response.headers


def test_nothing_of_the_database_is_in_the_answer(browser: Browser, tokens: Tokens) -> None:
    response = browser.get("/login", headers={"Authorization": f"Bearer {tokens.access_token}"})
    for detail in ("sqlite", "psycopg", "127.0.0.1", "sessions", "SELECT", "nobody"):
        assert detail not in response.text


def test_nobody_is_still_nobody_where_nothing_has_to_be_looked_up(browser: Browser) -> None:
    assert browser.get("/login").status_code == 401
    assert browser.get("/auth/session").json == {"user": None}


def test_a_token_with_a_bad_signature_is_refused_without_the_database(browser: Browser, tokens: Tokens) -> None:
    header, payload, _signature = tokens.access_token.split(".")
    response = browser.get("/login", headers={"Authorization": f"Bearer {header}.{payload}.{'A' * 43}"})
    assert response.status_code == 401
