"""While somebody acts for a person, what is refused is theirs who acts, and from where they do it is not told."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.features.audit import personal
from tests.client import Browser, browser_of
from tests.features.audit.trail import change, rows
from tests.features.impersonation.people import ON, WHY, House, furnish, moved_into
from tests.words import code

pytestmark = pytest.mark.needs("impersonation")
THERE = "192.0.2.66"


@pytest.fixture
def at(shared_app: Any) -> House:
    return moved_into(shared_app(furnish, variables=ON))


def of_ada(at: House) -> list[dict[str, Any]]:
    """What was refused or ended at her account while somebody acted for her."""
    return [row for row in rows(at.app) if str(row["user_id"]) == at.ada.id and row["address"] == THERE]


def assert_nothing_is_told(at: House) -> None:
    told = (at.ada.browser.get("/api/profile/activity").json or {})["items"]
    with at.app.app_context():
        exported = personal.export(uuid.UUID(at.ada.id))
    assert THERE not in json.dumps([told, exported])


def from_there(browser: Browser) -> Browser:
    browser.environ_base["REMOTE_ADDR"] = THERE
    return browser


@pytest.mark.needs("api_keys")
def test_a_refusal_is_that_of_whoever_acts(at: House) -> None:
    browser = from_there(at.acting())
    assert code(browser.post("/auth/keys", json={"name": "x", "scopes": []})) == (403, "impersonating")
    (row,) = of_ada(at)
    assert (str(row["actor_id"]), row["by"]) == (at.root.id, "other")
    assert_nothing_is_told(at)


def test_the_reason_is_not_kept_for_ever(at: House) -> None:
    at.acting()
    (row,) = rows(at.app, "impersonation_began")
    assert row["details"]["reason"] is True
    assert WHY["reason"] not in str(rows(at.app))


def test_what_they_try_upon_a_third_person_is_filed_there(at: House) -> None:
    third = at.person("third@example.com")
    browser = at.acting()
    assert browser.get(f"/api/users/{third.id}").status_code == 403
    (row,) = rows(at.app, "access_refused")
    assert (str(row["user_id"]), str(row["actor_id"]), row["by"]) == (third.id, at.root.id, "other")
    assert row["details"]["acting_for"] == at.ada.id


def test_a_wrong_csrf_value_names_nobody_and_is_not_told(at: House) -> None:
    browser = from_there(at.acting())
    browser.csrf = False
    assert code(browser.post("/auth/logout-all")) == (403, "csrf_missing")
    (row,) = of_ada(at)
    assert (row["actor_id"], row["by"], row["details"]["acting"]) == (None, None, True)
    assert_nothing_is_told(at)


def test_a_session_that_is_void_ends_without_saying_from_where(at: House) -> None:
    browser = from_there(at.acting())
    with at.app.app_context():
        accounts.set_active(uuid.UUID(at.root.id), True)
        at.person("other@example.com", "admin")
        accounts.set_role(uuid.UUID(at.root.id), "user")
    assert browser.get("/api/profile").status_code == 401
    assert {(row["by"], row["details"].get("acting")) for row in of_ada(at)} <= {(None, True), ("other", None)}
    assert "session_ended" in {row["kind"] for row in of_ada(at)}
    assert_nothing_is_told(at)


def test_a_stranger_at_the_door_is_told_as_ever(app: Flask, at: House) -> None:
    stranger = from_there(browser_of(at.app))
    stranger.post("/auth/login", json={"email": at.ada.email, "password": "wrong"})
    told = (at.ada.browser.get("/api/profile/activity").json or {})["items"]
    assert (told[0]["kind"], told[0]["address"]) == ("sign_in_refused", THERE)


def test_a_row_of_which_nobody_can_read_how_it_came_tells_no_address(app: Flask, at: House) -> None:
    test_a_stranger_at_the_door_is_told_as_ever(app, at)
    (row,) = rows(at.app, "sign_in_refused")
    change(at.app, row, details="nonsense")
    assert_nothing_is_told(at)
