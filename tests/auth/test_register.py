"""POST /auth/register."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app import accounts
from tests.client import PASSWORD, Browser, browser_of


def test_a_new_account_is_answered_with_its_public_fields_only(browser: Browser) -> None:
    body = browser.register("Ada@Example.com", name="Ada Lovelace")

    assert set(body) == {"id", "email", "name", "role", "language", "email_verified_at", "created_at"}
    assert body["email"] == "Ada@Example.com"
    assert body["name"] == "Ada Lovelace"
    assert body["role"] == "user"
    assert body["created_at"].endswith("Z")


def test_registering_signs_nobody_in(browser: Browser) -> None:
    response = browser.post("/auth/register", json={"email": "ada@example.com", "password": PASSWORD})

    assert response.status_code == 201
    # By it the browser is known when the link of the mail is opened there (features/email_verification).
    assert {cookie.partition("=")[0] for cookie in response.headers.getlist("Set-Cookie")} <= {"sign_in_step"}
    assert (browser.get("/auth/session").json or {})["user"] is None


@pytest.mark.parametrize("same", ["ada@example.com", "ADA@EXAMPLE.COM", "\uff21da@example.com"])
def test_an_address_in_any_spelling_can_be_taken_once(browser: Browser, same: str) -> None:
    browser.register("Ada@Example.com")

    response = browser.post("/auth/register", json={"email": same, "password": PASSWORD})

    assert response.status_code == 409
    assert response.json is not None
    assert response.json["code"] == "email_taken"


def test_all_that_is_wrong_is_told_at_once(browser: Browser) -> None:
    response = browser.post("/auth/register", json={"email": "ada", "password": "short", "name": "Ada\u200b"})

    assert response.status_code == 422
    assert (response.json or {})["errors"] == {
        "email": ["Not a valid e-mail address."],
        "password": ["Use at least 10 characters."],
        "name": ["Use 1 to 100 printable characters on one line."],
    }


@pytest.mark.parametrize("field", ["role", "is_active", "id", "password_changed_at", "email_verified_at"])
def test_a_field_that_is_not_asked_for_is_refused(browser: Browser, field: str) -> None:
    fields = {"email": "eve@example.com", "password": PASSWORD, field: "admin"}

    response = browser.post("/auth/register", json=fields)

    assert response.status_code == 422
    assert response.json is not None
    assert response.json["errors"] == {field: ["Unknown field."]}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"password": PASSWORD}, "email"),
        ({"email": "ada@example.com"}, "password"),
        ({"email": 5, "password": PASSWORD}, "email"),
        ({"email": "not an address", "password": PASSWORD}, "email"),
        ({"email": "ada@localhost", "password": PASSWORD}, "email"),
        ({"email": "a@example.com,b@example.com", "password": PASSWORD}, "email"),
        ({"email": "ada@example.com", "password": "too short"}, "password"),
        ({"email": "ada@example.com", "password": "x" * 129}, "password"),
        ({"email": "ada@example.com", "password": "nul \0 in the middle"}, "password"),
        ({"email": "ada@example.com", "password": ["correct", "horse"]}, "password"),
        ({"email": "ada@example.com", "password": PASSWORD, "name": ""}, "name"),
        ({"email": "ada@example.com", "password": PASSWORD, "name": "two\nlines"}, "name"),
        ({"email": "ada@example.com", "password": PASSWORD, "name": "x" * 101}, "name"),
    ],
)
def test_a_wrong_field_is_named(browser: Browser, fields: dict[str, Any], wrong: str) -> None:
    response = browser.post("/auth/register", json=fields)

    assert response.status_code == 422
    assert response.json is not None
    assert response.json["code"] == "validation_failed"
    assert list(response.json["errors"]) == [wrong]


@pytest.mark.parametrize("email", [" ada@example.com", "ada@example.com \r\n", "\t\f ada@example.com\n"])
def test_white_space_around_an_address_goes_as_in_a_form(browser: Browser, email: str) -> None:
    fields = {"email": email, "password": PASSWORD}
    registered = browser.post("/auth/register", json=fields)
    assert (registered.status_code, (registered.json or {})["email"]) == (201, "ada@example.com")
    assert browser.post("/auth/login", json=fields).status_code == 200
    token = browser_of(browser.application).post("/auth/token", json=fields | {"grant_type": "password"})
    assert token.status_code == 200
    assert (browser.post("/auth/register", json=fields).json or {})["code"] == "email_taken"


@pytest.mark.parametrize(
    "email", ["ada @example.com", "\u00a0ada@example.com", "ada\n@example.com", "\x0bada@example.com", " "]
)
def test_other_white_space_is_no_part_of_an_address(browser: Browser, email: str) -> None:
    refused = browser.post("/auth/register", json={"email": email, "password": PASSWORD})
    assert (refused.status_code, (refused.json or {})["code"]) == (422, "validation_failed")
    assert set((refused.json or {})["errors"]) == {"email"}


@pytest.mark.usefixtures("real_hashes")
def test_the_password_is_kept_as_an_argon2id_hash_only(browser: Browser, app: Flask) -> None:
    browser.register()

    with app.app_context():
        user = accounts.get("ada@example.com")
        assert user.password_hash is not None
        assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
