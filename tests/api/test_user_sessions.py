"""/api/users/{id}/sessions: where somebody is signed in, for those who may see or manage them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import accounts, sessions
from app.api import users
from app.extensions import db
from tests.client import Browser, Person

NOBODY = "00000000-0000-0000-0000-000000000000"


def url(person: Person, session_id: str | None = None) -> str:
    return f"/api/users/{person.id}/sessions" + (f"/{session_id}" if session_id else "")


def sessions_of(person: Person, seen_by: Person) -> list[dict[str, Any]]:
    response = seen_by.browser.get(url(person))
    assert response.status_code == 200, response.text
    return list((response.json or {})["items"])


@pytest.mark.parametrize(("role", "status"), [("user", 403), ("staff", 200), ("admin", 200)])
def test_only_those_who_may_see_users_see_their_sessions(
    ada: Person, person: Callable[..., Person], role: str, status: int
) -> None:
    assert person("eve@example.com", role=role).browser.get(url(ada)).status_code == status


def test_strangers_are_asked_to_sign_in(ada: Person, browser: Browser) -> None:
    assert browser.get(url(ada)).status_code == 401
    assert browser.delete(url(ada)).status_code == 401
    assert browser.delete(url(ada, NOBODY)).status_code == 401
    assert ada.browser.get("/api/profile").status_code == 200


def test_a_session_is_shown_without_anything_a_token_could_be_made_from(
    ada: Person, admin: Person, new_browser: Callable[[], Browser]
) -> None:
    new_browser().sign_in(ada.email)

    shown = sessions_of(ada, seen_by=admin)

    assert len(shown) == 2
    assert shown[0]["created_at"] >= shown[1]["created_at"]
    assert set(shown[0]) == {"id", "created_at", "last_seen_at", "expires_at", "user_agent", "address", "by_another"}


def test_an_admin_signs_one_device_out_from_its_next_request_on(
    ada: Person, admin: Person, new_browser: Callable[[], Browser]
) -> None:
    [first] = sessions_of(ada, seen_by=admin)
    phone = new_browser()
    phone.sign_in(ada.email)

    assert admin.browser.delete(url(ada, first["id"])).status_code == 204

    assert (ada.browser.get("/api/profile").json or {})["code"] == "token_revoked"
    assert phone.get("/api/profile").status_code == 200
    assert first["id"] not in {session["id"] for session in sessions_of(ada, seen_by=admin)}
    assert admin.browser.delete(url(ada, first["id"])).status_code == 404


def test_an_admin_signs_somebody_out_everywhere_and_nobody_else(
    app: Flask, ada: Person, admin: Person, person: Callable[..., Person], new_browser: Callable[[], Browser]
) -> None:
    phone = new_browser()
    phone.sign_in(ada.email)
    bob = person("bob@example.com")
    [here] = [uuid.UUID(session["id"]) for session in sessions_of(bob, seen_by=admin)]

    assert admin.browser.delete(url(ada)).status_code == 204
    assert admin.browser.delete(url(ada)).status_code == 204, "again is fine"

    assert ada.browser.get("/api/profile").status_code == 401
    assert phone.get("/api/profile").status_code == 401
    assert bob.browser.get("/api/profile").status_code == 200
    assert admin.browser.get("/api/profile").status_code == 200
    assert sessions_of(ada, seen_by=admin) == []
    with app.app_context():
        assert sessions.find_active(here) is not None
    ada.browser.sign_in(ada.email)


def test_a_session_of_somebody_else_is_not_found_and_stays(
    ada: Person, admin: Person, person: Callable[..., Person]
) -> None:
    bob = person("bob@example.com")
    [bobs] = sessions_of(bob, seen_by=admin)

    assert admin.browser.delete(url(ada, bobs["id"])).status_code == 404

    assert bob.browser.get("/api/profile").status_code == 200


def test_a_user_or_session_that_is_not_there_is_not_found(ada: Person, admin: Person) -> None:
    for path in (f"/api/users/{NOBODY}/sessions", f"/api/users/{NOBODY}/sessions/{NOBODY}"):
        assert admin.browser.delete(path).status_code == 404
    assert admin.browser.get(f"/api/users/{NOBODY}/sessions").status_code == 404
    assert admin.browser.delete(url(ada, NOBODY)).status_code == 404
    assert admin.browser.delete(url(ada, "nonsense")).status_code == 404


def test_staff_may_look_but_not_sign_out(ada: Person, person: Callable[..., Person]) -> None:
    staff = person("staff@example.com", role="staff")
    [first] = sessions_of(ada, seen_by=staff)

    for path in (url(ada), url(ada, first["id"])):
        response = staff.browser.delete(path)
        assert response.status_code == 403
        assert (response.json or {})["code"] == "permission_required"
    assert ada.browser.get("/api/profile").status_code == 200


@pytest.fixture
def manager(person: Callable[..., Person], monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody who manages users, and may do less than an admin."""
    monkeypatch.setitem(accounts.ROLES, "manager", frozenset({"users:read", "users:write"}))
    return person("manager@example.com", role="manager")


def test_nobody_signs_out_people_above_their_role(admin: Person, ada: Person, manager: Person) -> None:
    [here] = sessions_of(admin, seen_by=manager)

    for path in (url(admin), url(admin, here["id"])):
        response = manager.browser.delete(path)
        assert response.status_code == 403
        assert (response.json or {})["code"] == "role_above_yours"
    assert admin.browser.get("/api/profile").status_code == 200

    assert manager.browser.delete(url(ada)).status_code == 204
    assert ada.browser.get("/api/profile").status_code == 401


def test_the_row_says_who_ended_it(context: Flask, ada: Person, admin: Person) -> None:
    del context
    [first] = sessions_of(ada, seen_by=admin)
    admin.browser.delete(url(ada))

    row = db.session.get_one(sessions.Session, uuid.UUID(first["id"]))
    assert row.revoked_reason == users.SIGNED_OUT
