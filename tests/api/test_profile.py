"""GET, PATCH and DELETE /api/profile."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.accounts import erasing
from tests.client import PASSWORD, Browser, Person
from tests.words import later


def test_the_profile_is_yourself_without_a_hash(ada: Person) -> None:
    response = ada.browser.get("/api/profile")

    assert response.status_code == 200
    assert set(response.json or {}) == {"id", "email", "name", "role", "language", "email_verified_at", "created_at"}
    assert (response.json or {})["id"] == ada.id
    assert response.headers["Cache-Control"] == "no-store"


def test_strangers_are_told_how_to_come_in(browser: Browser) -> None:
    response = browser.get("/api/profile")

    assert response.status_code == 401
    assert (response.json or {})["code"] == "not_authenticated"
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="flaskport"'


def test_a_header_of_another_kind_is_explained(browser: Browser) -> None:
    response = browser.get("/api/profile", headers={"Authorization": "JWT abc"})

    assert response.status_code == 401
    assert "Expected 'Authorization: Bearer <token>'" in response.headers["WWW-Authenticate"]


def test_a_token_in_the_query_string_is_nothing(ada: Person, browser: Browser) -> None:
    for name in ("token", "access_token", "jwt"):
        response = browser.get(f"/api/profile?{name}={ada.browser.access_token}")
        assert (response.json or {})["code"] == "not_authenticated"


def test_the_name_can_be_changed_and_removed(ada: Person) -> None:
    assert (ada.browser.patch("/api/profile", json={"name": "Ada 🚀"}).json or {})["name"] == "Ada 🚀"
    assert (ada.browser.get("/api/profile").json or {})["name"] == "Ada 🚀"
    assert (ada.browser.patch("/api/profile", json={"name": None}).json or {"name": "?"})["name"] is None


@pytest.mark.parametrize("changes", [{"role": "admin"}, {"email": "x@example.com"}, {"name": "a", "id": "b"}])
def test_nothing_but_the_name_can_be_changed(ada: Person, changes: dict[str, Any]) -> None:
    assert ada.browser.patch("/api/profile", json=changes).status_code == 422


def test_no_change_is_one_too(ada: Person) -> None:
    assert ada.browser.patch("/api/profile", json={}).json == ada.browser.get("/api/profile").json


def test_a_cookie_without_the_csrf_header_changes_nothing(ada: Person) -> None:
    ada.browser.csrf = False

    missing = ada.browser.patch("/api/profile", json={"name": "Eve"})
    wrong = ada.browser.patch("/api/profile", json={"name": "Eve"}, headers={"X-CSRF-TOKEN": "ÿ wrong"})

    assert missing.status_code == wrong.status_code == 403
    assert (missing.json or {})["code"] == "csrf_missing"
    assert "csrf_access_token" in (missing.json or {})["message"]
    assert (wrong.json or {})["code"] == "csrf_invalid"
    assert (ada.browser.get("/api/profile").json or {"name": "?"})["name"] is None


def test_closing_an_account_needs_its_password_and_removes_everything_in_the_end(ada: Person, app: Flask) -> None:
    bearer = {"Authorization": f"Bearer {ada.browser.access_token}"}
    assert ada.browser.delete("/api/profile", json={"password": "wrong password"}).status_code == 403
    assert ada.browser.get("/api/profile").status_code == 200

    response = ada.browser.delete("/api/profile", json={"password": PASSWORD})

    assert response.status_code == 202
    assert ada.browser.access_token == ""
    assert ada.browser.get("/api/profile", headers=bearer).status_code == 401
    with app.app_context(), later(days=7, minutes=1):
        erasing.prune()
        assert accounts.find(ada.email) is None


def test_closing_without_a_body_is_closing_without_a_password(ada: Person) -> None:
    refused = ada.browser.delete("/api/profile")
    ada.browser.csrf = False
    forged = ada.browser.delete("/api/profile")

    assert (refused.status_code, (refused.json or {})["code"]) == (403, "wrong_password")
    assert (forged.status_code, (forged.json or {})["code"]) == (403, "csrf_missing")


def test_the_last_admin_cannot_leave(admin: Person) -> None:
    response = admin.browser.delete("/api/profile", json={"password": PASSWORD})

    assert response.status_code == 409
    assert (response.json or {})["code"] == "last_admin"
    assert admin.browser.get("/api/profile").status_code == 200
