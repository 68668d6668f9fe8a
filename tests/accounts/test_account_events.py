"""What accounts and sessions announce: each change once, with whose it is, who did it, and from where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

import pytest
from flask import Flask

from app import accounts, sessions
from app.accounts.events import (
    AccountClosed,
    AccountDisabled,
    AccountEnabled,
    EmailVerified,
    PasswordChanged,
    PasswordSet,
    Registered,
    Renamed,
    RoleChanged,
    SignInAccepted,
)
from app.core.events import Event, after, on
from app.sessions.events import RefreshTokenReused, SessionEnded
from tests import people
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.words import later

FIELDS = {"email": "ada@example.com", "password": PASSWORD}
WAYS_IN: dict[str, dict[str, str]] = {"/auth/login": FIELDS, "/auth/token": {"grant_type": "password", **FIELDS}}
NEW_PASSWORD = "battery staple, correct"


@pytest.fixture
def own(make_app: Callable[..., Flask]) -> Flask:
    """An app whose listeners no other test hears."""
    return make_app()


@pytest.fixture
def ada(own: Flask) -> Person:
    return people.signed_in(own, "ada@example.com", "user")


@pytest.fixture
def admin(own: Flask) -> Person:
    return people.signed_in(own, "root@example.com", "admin")


@pytest.fixture
def heard(own: Flask, ada: Person, admin: Person) -> list[Event]:
    """What is announced once Ada and an admin are signed in."""
    del ada, admin
    events: list[Event] = []
    after(own, Event, events.append)
    return events


def told(heard: list[Event]) -> list[tuple[type[Event], str | None]]:
    """What happened, and by whom."""
    return [(type(event), event.by) for event in heard]


def only(heard: list[Event], kind: type[Event]) -> Event:
    (found,) = [event for event in heard if isinstance(event, kind)]
    return found


def test_a_registration_is_announced_and_a_taken_address_is_not(own: Flask, heard: list[Event]) -> None:
    browser = browser_of(own)
    made = browser.register("eve@example.com")
    assert browser.post("/auth/register", json=FIELDS).status_code == 409

    assert told(heard) == [(Registered, None)]
    assert heard[0].user_id == UUID(made["id"])


@pytest.mark.parametrize("path", WAYS_IN)
def test_a_sign_in_is_announced_with_who_where_and_how(own: Flask, ada: Person, heard: list[Event], path: str) -> None:
    response = browser_of(own).post(path, json=WAYS_IN[path])

    (accepted,) = heard
    assert isinstance(accepted, SignInAccepted)
    assert (accepted.user_id, accepted.strategy, accepted.by) == (UUID(ada.id), "local", "owner")
    assert accepted.context.session_id == accepted.session_id
    assert accepted.context.address == "127.0.0.1"
    assert accepted.context.request_id == response.headers["X-Request-ID"]
    with own.app_context():
        active = {session.id for session in sessions.list_active(UUID(ada.id))[0]}
    assert accepted.session_id in active


def test_a_sign_in_that_replaces_a_session_ends_it(ada: Person, heard: list[Event]) -> None:
    ada.browser.sign_in()

    ended = only(heard, SessionEnded)
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ended.by) == ("signed_in_again", "owner")


def test_a_sign_out_is_announced_also_with_an_expired_token(ada: Person, heard: list[Event]) -> None:
    with later(hours=1):
        assert ada.browser.post("/auth/logout").status_code == 204
    assert ada.browser.post("/auth/logout").status_code == 204

    (ended,) = heard
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ended.by, ended.user_id) == ("signed_out", "owner", UUID(ada.id))


def test_signing_out_everywhere_announces_each_session(own: Flask, ada: Person, heard: list[Event]) -> None:
    browser_of(own).sign_in()
    heard.clear()

    assert ada.browser.post("/auth/logout-all", json={}).status_code == 204

    assert told(heard) == [(SessionEnded, "owner")] * 2
    assert len({event.session_id for event in heard if isinstance(event, SessionEnded)}) == 2


def test_a_reused_refresh_token_is_announced_and_ends_the_session(ada: Person, heard: list[Event]) -> None:
    old = ada.browser.refresh_token
    ada.browser.post("/auth/refresh")
    with later(minutes=5):
        ada.browser.set_cookie("refresh_token_cookie", old, path="/auth")
        assert (ada.browser.post("/auth/refresh").json or {})["code"] == "token_reused"

    assert told(heard) == [(RefreshTokenReused, None), (SessionEnded, None)]
    reused, ended = heard
    assert reused.user_id == ended.user_id == UUID(ada.id)
    assert isinstance(ended, SessionEnded)
    assert ended.reason == "refresh_token_reused"


def test_a_changed_password_is_announced_before_the_sessions_that_it_ends(ada: Person, heard: list[Event]) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert ada.browser.post("/auth/password", json=body).status_code == 204

    changed, ended = heard[:2]
    assert isinstance(changed, PasswordChanged)
    assert (changed.user_id, changed.by, changed.is_first) == (UUID(ada.id), "owner", False)
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ended.by) == ("password_changed", "owner")


BY_AN_ADMIN: dict[str, tuple[dict[str, object], list[type[Event]]]] = {
    "another role": ({"role": "staff"}, [RoleChanged]),
    "the same role": ({"role": "user", "is_active": True}, []),
    "disabled": ({"is_active": False}, [AccountDisabled, SessionEnded]),
}


@pytest.mark.parametrize(("changes", "announced"), BY_AN_ADMIN.values(), ids=BY_AN_ADMIN)
def test_what_an_admin_changes_is_announced_as_by_them(
    ada: Person, admin: Person, heard: list[Event], changes: dict[str, object], announced: list[type[Event]]
) -> None:
    assert admin.browser.patch(f"/api/users/{ada.id}", json=changes).status_code == 200

    assert told(heard) == [(kind, "other") for kind in announced]
    for event in heard:
        assert (event.user_id, event.context.actor) == (UUID(ada.id), UUID(admin.id))
        assert event.context.session_id is not None


def test_a_session_that_an_admin_ends_is_announced_as_by_them(ada: Person, admin: Person, heard: list[Event]) -> None:
    assert admin.browser.delete(f"/api/users/{ada.id}/sessions").status_code == 204

    (ended,) = heard
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ended.context.actor) == ("signed_out_by_a_manager", UUID(admin.id))
    assert ended.context.session_id not in {None, ended.session_id}


def test_what_an_operator_changes_is_announced_as_by_them(own: Flask, ada: Person, heard: list[Event]) -> None:
    with own.app_context():
        accounts.rename(ada.email, "Ada")
        accounts.mark_verified(ada.email)
        accounts.set_role(ada.email, "staff")
        accounts.set_password(ada.email, NEW_PASSWORD)
        accounts.set_active(ada.email, False)
        accounts.set_active(ada.email, True)
        accounts.delete(ada.email)

    kinds = Renamed, EmailVerified, RoleChanged, PasswordSet, SessionEnded, AccountDisabled, AccountEnabled
    assert told(heard) == [(kind, "operator") for kind in (*kinds, AccountClosed)]
    assert {event.user_id for event in heard} == {UUID(ada.id)}
    changed = only(heard, RoleChanged)
    assert isinstance(changed, RoleChanged)
    assert (changed.before, changed.after) == ("user", "staff")


def test_a_closed_account_is_announced_while_its_rows_are_there(own: Flask, ada: Person, heard: list[Event]) -> None:
    emails: list[str] = []
    on(own, AccountClosed, lambda event: emails.append(accounts.get(event.user_id or "").email))

    with own.app_context():
        accounts.delete(ada.email)

    assert told(heard) == [(AccountClosed, "operator")]
    assert emails == [ada.email]


CHANGES: dict[str, Callable[[Browser], int]] = {
    "register": lambda browser: browser.post("/auth/register", json=FIELDS | {"email": "eve@example.com"}).status_code,
    "sign out": lambda browser: browser.post("/auth/logout").status_code,
    "rename": lambda browser: browser.patch("/api/profile", json={"name": "Ada"}).status_code,
    "close": lambda browser: browser.delete("/api/profile", json={"password": PASSWORD}).status_code,
}


@pytest.mark.parametrize("change", list(CHANGES.values()), ids=list(CHANGES))
def test_a_listener_in_the_transaction_that_raises_undoes_the_change(
    own: Flask, ada: Person, change: Callable[[Browser], int]
) -> None:
    def fail(_: Event) -> None:
        raise ZeroDivisionError

    on(own, Event, fail)
    own.config["PROPAGATE_EXCEPTIONS"] = False

    assert change(ada.browser) == 500

    assert (ada.browser.get("/api/profile").json or {})["name"] is None
    with own.app_context():
        assert accounts.find("eve@example.com") is None


def test_no_event_holds_a_secret(own: Flask, ada: Person, heard: list[Event]) -> None:
    ada.browser.sign_in()
    token = ada.browser.access_token
    ada.browser.post("/auth/password", json={"current_password": PASSWORD, "new_password": NEW_PASSWORD})
    with own.app_context():
        accounts.set_password(ada.email, PASSWORD)

    assert len(heard) > 3
    text = str([asdict(event) for event in heard])
    for secret in (PASSWORD, NEW_PASSWORD, "$argon2", token, ada.email):
        assert secret not in text
