"""Bans: who is kept out, from what, until when, and what they are told."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from app.accounts import Attempt, CurrentUser, User
from app.accounts.events import AccountDisabled, AccountEnabled, UserBanned, UserUnbanned
from app.accounts.models import FOR_GOOD
from app.core import clock
from app.core.database import execute_write
from app.core.events import Event, after
from app.core.hot import HotRead
from app.passport import AuthenticationFailed, Success
from app.sessions.events import SessionEnded
from tests import people
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.words import code, later, refusal

EMAIL = "ada@example.com"
LOGIN = {"email": EMAIL, "password": PASSWORD}
REASON = "Spam in the comments."

Domain = Callable[..., Any]


def in_days(days: float) -> dt.datetime:
    return clock.now() + dt.timedelta(days=days)


def sign_in(browser: Browser, path: str = "/auth/login", **fields: str) -> TestResponse:
    more = {"grant_type": "password"} if path == "/auth/token" else {}
    return browser.post(path, json=LOGIN | more | fields)


def test_a_ban_holds_from_the_next_request_on_and_is_over_by_itself(
    ada: Person, domain: Domain, new_browser: Callable[[], Browser]
) -> None:
    token = {"Authorization": f"Bearer {ada.browser.access_token}"}
    domain(accounts.ban, EMAIL, REASON, in_days(3))

    assert code(ada.browser.get("/api/profile")) == (401, "token_revoked")
    assert code(new_browser().get("/api/profile", headers=token)) == (401, "token_revoked")
    assert code(ada.browser.post("/auth/refresh")) == (401, "token_revoked")
    assert code(ada.browser.get("/trpc/auth.whoami"))[0] == 200  # as nobody
    with later(days=2.99):
        assert code(sign_in(new_browser())) == (403, "account_banned")
    with later(days=3, seconds=1):
        assert code(ada.browser.get("/api/profile"))[0] == 401, "the session stays ended"
        assert sign_in(ada.browser).status_code == 200
        assert ada.browser.get("/api/profile").status_code == 200


@pytest.mark.parametrize("is_over", [False, True])
def test_the_guards_ask_the_row_itself(ada: Person, context: Flask, is_over: bool) -> None:
    """Not by the domain, which would end the session as well."""
    del context
    until = clock.now() - dt.timedelta(seconds=1) if is_over else FOR_GOOD
    execute_write(sa.update(User).values(banned_until=until, banned_at=until, ban_reason=REASON), {})

    assert (ada.browser.get("/api/profile").status_code == 200) is is_over
    assert (ada.browser.post("/auth/refresh").status_code == 200) is is_over
    assert (accounts.load(UUID(ada.id)) is not None) is is_over
    assert accounts.get(EMAIL).is_active is is_over
    assert (HotRead(sa.select(User.id).where(User.is_active)).first({}) is not None) is is_over
    assert accounts.count_users(is_active=True) == int(is_over)


@pytest.mark.parametrize("path", ["/auth/login", "/auth/token"])
def test_the_reason_is_told_after_the_right_password_only(
    ada: Person, domain: Domain, program: Browser, path: str
) -> None:
    until = dt.datetime(2126, 1, 31, 12, tzinfo=dt.UTC)
    domain(accounts.ban, EMAIL, REASON, until)

    for wrong in ({"password": "not the password"}, {"email": "nobody@example.com"}):
        assert code(sign_in(program, path, **wrong)) == (401, "invalid_credentials")
    told = sign_in(program, path)
    assert told.status_code == 403
    assert {name: (told.json or {})[name] for name in ("code", "message", "facts")} == {
        "code": "account_banned",
        "message": "This account is banned until 2126-01-31 12:00Z. Reason: Spam in the comments.",
        "facts": {"reason": REASON, "until": "2126-01-31T12:00:00.000Z"},
    }
    assert "Set-Cookie" not in told.headers


def test_a_ban_for_good_has_no_end(ada: Person, domain: Domain, program: Browser) -> None:
    domain(accounts.ban, EMAIL, REASON)

    with later(days=36_500):
        told = sign_in(program)
    assert (told.json or {})["message"] == "This account is banned. Reason: Spam in the comments."
    assert (told.json or {})["facts"] == {"reason": REASON, "until": None}


def test_a_banned_account_that_is_disabled_too_is_disabled(ada: Person, domain: Domain, program: Browser) -> None:
    domain(accounts.ban, EMAIL, REASON, in_days(3))
    domain(accounts.set_active, EMAIL, False)
    assert code(sign_in(program)) == (401, "invalid_credentials")
    assert domain(accounts.get, EMAIL).status == "disabled"

    with later(days=4):
        assert code(sign_in(program)) == (401, "invalid_credentials")
    domain(accounts.set_active, EMAIL, True)
    assert domain(accounts.get, EMAIL).status == "active"
    with later(days=5):
        assert sign_in(program).status_code == 200


@pytest.mark.parametrize("until", [lambda: in_days(-1), clock.now, lambda: FOR_GOOD])
def test_an_end_that_is_none_is_refused(ada: Person, domain: Domain, until: Callable[[], dt.datetime]) -> None:
    refused = domain(refusal, accounts.ban, EMAIL, REASON, until())

    assert (refused.code, list(refused.errors or {})) == ("validation_failed", ["until"])
    assert ada.browser.get("/api/profile").status_code == 200


def test_an_admin_who_is_banned_counts_again_afterwards(admin: Person, person: Callable[..., Person]) -> None:
    second = person("second@example.com", role="admin")
    accounts_of = admin.browser.application
    with accounts_of.app_context():
        accounts.ban(second.email, REASON, in_days(3))
        assert refusal(accounts.ban, admin.email, REASON).code == "last_admin"
        assert refusal(accounts.set_role, admin.email, "user").code == "last_admin"
        assert refusal(accounts.delete, admin.email).code == "last_admin"
        with later(days=4):
            accounts.ban(admin.email, REASON)


def test_nobody_bans_whose_role_is_above_theirs(context: Flask, admin: Person, person: Callable[..., Person]) -> None:
    del context
    staff = CurrentUser.of(accounts.get(person("staff@example.com", role="staff").email))
    person("second@example.com", role="admin")

    assert refusal(accounts.ban, admin.email, REASON, by=staff).code == "role_above_yours"
    assert refusal(accounts.unban, admin.email, by=staff).code == "role_above_yours"


def test_bans_are_announced_and_their_end_is_not(make_app: Callable[..., Flask]) -> None:
    own = make_app()
    ada = people.signed_in(own, EMAIL, "user")
    heard: list[Event] = []
    after(own, Event, heard.append)
    until = in_days(3)
    with own.app_context():
        accounts.ban(EMAIL, REASON, until)
        accounts.unban(EMAIL)
        accounts.unban(EMAIL)
        accounts.ban(EMAIL, REASON)
        accounts.set_active(EMAIL, False)
        accounts.set_active(EMAIL, True)
        accounts.ban(EMAIL, REASON, until)
        with later(days=4):
            accounts.unban(EMAIL)

    kinds = [type(event) for event in heard]
    lifted = [UserUnbanned, UserBanned, AccountDisabled, AccountEnabled, UserUnbanned, UserBanned]
    assert kinds == [UserBanned, SessionEnded, *lifted]
    assert {event.user_id for event in heard} == {UUID(ada.id)}
    assert [event.until for event in heard if isinstance(event, UserBanned)] == [until, None, until]
    assert [event.reason for event in heard if isinstance(event, SessionEnded)] == ["account_banned"]


def test_an_account_banned_after_the_strategy_looked_closes_the_door(context: Flask) -> None:
    user = accounts.register(EMAIL, PASSWORD)
    attempt = Attempt(Success(CurrentUser.of(user), "local"))
    accounts.ban(user, REASON)

    with pytest.raises(AuthenticationFailed):
        accounts.sign_in(attempt)
    assert refusal(accounts.authenticate, EMAIL, PASSWORD).code == "account_banned"
    assert accounts.authenticate(EMAIL, "not the password") is None


def test_no_sign_in_survives_a_ban_at_the_same_time(app: Flask, domain: Domain) -> None:
    domain(accounts.register, EMAIL, PASSWORD)
    browsers = [browser_of(app) for _ in range(6)]
    start = threading.Barrier(len(browsers) + 1)

    def come(browser: Browser) -> None:
        start.wait()
        browser.post("/auth/login", json=LOGIN)

    threads = [threading.Thread(target=come, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    start.wait()
    domain(accounts.ban, EMAIL, REASON)
    for thread in threads:
        thread.join()

    assert [browser.get("/api/profile").status_code for browser in browsers] == [401] * len(browsers)
