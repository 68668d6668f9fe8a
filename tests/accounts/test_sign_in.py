"""The one door: checks that may veto, and changes between the strategy and the door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from app import accounts, sessions
from app.accounts import Attempt, SignedIn
from app.core import clock
from app.extensions import db
from app.passport import AuthenticationFailed, Forbidden, Success
from app.sessions import Session
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.people import come_in
from tests.refusals import CLOSED_TODAY, EMAIL_NOT_VERIFIED, TOO_MANY

FIELDS = {"email": "ada@example.com", "password": PASSWORD}
WAYS_IN: dict[str, dict[str, str]] = {"/auth/login": FIELDS, "/auth/token": {"grant_type": "password", **FIELDS}}
STATES = {"/auth/login": "anonymous", "/auth/token": None}
"""What X-Auth-State says to whoever is not let in: nothing where the view is public."""


@pytest.fixture
def own_app(make_app: Callable[..., Flask]) -> Flask:
    """An app whose checks no other test meets."""
    return make_app()


@pytest.fixture
def door(own_app: Flask) -> Browser:
    """A browser before that app, and an account to come in with."""
    browser = browser_of(own_app)
    browser.register()
    return browser


def recognised() -> Attempt:
    """Somebody whom the strategy found."""
    user = accounts.authenticate("ada@example.com", PASSWORD)
    assert user is not None
    return Attempt(Success(user, "local"))


def count_sessions(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Session).count()


@pytest.mark.parametrize("path", WAYS_IN)
@pytest.mark.parametrize(
    ("veto", "status", "code"),
    [
        (AuthenticationFailed(), 401, "invalid_credentials"),
        (EMAIL_NOT_VERIFIED(), 403, "email_not_verified"),
        (TOO_MANY(), 429, "too_many"),
    ],
)
def test_a_check_may_veto_every_way_in(
    own_app: Flask, door: Browser, path: str, veto: Exception, status: int, code: str
) -> None:
    def check(attempt: Attempt) -> None:
        raise veto

    accounts.add_check(own_app, check)
    response = door.post(path, json=WAYS_IN[path])
    assert (response.status_code, (response.json or {})["code"]) == (status, code)
    assert response.headers.get("X-Auth-State") == STATES[path]
    assert "Set-Cookie" not in response.headers
    assert count_sessions(own_app) == 0


@pytest.mark.parametrize("path", WAYS_IN)
def test_a_check_is_told_who_comes_in_and_how(own_app: Flask, door: Browser, path: str) -> None:
    seen: list[tuple[str, str]] = []
    accounts.add_check(own_app, lambda attempt: seen.append((attempt.user.email, attempt.success.strategy)))
    assert door.post(path, json=WAYS_IN[path]).status_code == 200
    assert seen == [("ada@example.com", "local")]


def test_a_check_is_not_asked_about_somebody_whom_the_strategy_refused(own_app: Flask, door: Browser) -> None:
    seen: list[str] = []
    accounts.add_check(own_app, lambda attempt: seen.append(attempt.success.strategy))
    for path, body in WAYS_IN.items():
        assert door.post(path, json={**body, "password": "not the password"}).status_code == 401
    assert seen == []


def test_the_shell_comes_in_through_the_same_door(own_app: Flask, door: Browser) -> None:
    def check(attempt: Attempt) -> None:
        raise CLOSED_TODAY

    accounts.add_check(own_app, check)
    with own_app.app_context(), pytest.raises(Forbidden):
        accounts.generate_tokens(accounts.get("ada@example.com"))
    assert count_sessions(own_app) == 0


def test_a_password_changed_after_the_strategy_looked_closes_the_door(context: Flask) -> None:
    accounts.register(**FIELDS)
    attempt = recognised()
    accounts.set_password("ada@example.com", "another good password")
    with pytest.raises(AuthenticationFailed):
        accounts.sign_in(attempt)
    assert count_sessions(context) == 0


def test_an_account_disabled_after_the_strategy_looked_closes_the_door(context: Flask) -> None:
    accounts.register(**FIELDS)
    attempt = recognised()
    accounts.set_active("ada@example.com", False)
    with pytest.raises(AuthenticationFailed):
        accounts.sign_in(attempt)
    assert count_sessions(context) == 0


def test_an_account_deleted_after_the_strategy_looked_closes_the_door(context: Flask) -> None:
    accounts.register(**FIELDS)
    attempt = recognised()
    accounts.delete("ada@example.com")
    with pytest.raises(AuthenticationFailed):
        accounts.sign_in(attempt)


def test_an_upgrade_of_the_hash_is_no_change_of_the_password(context: Flask) -> None:
    accounts.register(**FIELDS)
    attempt = recognised()
    assert recognised().user == attempt.user
    assert isinstance(accounts.sign_in(attempt), SignedIn)


def test_a_refused_sign_in_does_not_end_the_session_that_it_would_have_replaced(context: Flask) -> None:
    accounts.register(**FIELDS)
    attempt = recognised()
    earlier = come_in(attempt.user).session
    accounts.register("root@example.com", PASSWORD)
    accounts.set_password("ada@example.com", "another good password", keep=earlier.id)
    with pytest.raises(AuthenticationFailed):
        accounts.sign_in(attempt, replacing=earlier.id)
    assert [session.id for session in sessions.list_active(attempt.user.id)[0]] == [earlier.id]


def test_signing_in_notes_when_and_replaces_the_session_of_this_browser(ada: Person, context: Flask) -> None:
    with time_machine.travel(clock.now().replace(microsecond=0), tick=False) as travelled:
        travelled.shift(60)
        ada.browser.sign_in()
        user = accounts.get("ada@example.com")
        assert user.last_sign_in_at == clock.now()
    ((active,), _) = sessions.list_active(user.id)
    first = db.session.query(Session).filter(Session.id != active.id).one()
    assert first.revoked_reason == "signed_in_again"
