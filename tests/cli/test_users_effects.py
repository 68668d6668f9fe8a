"""What ``flask users`` does to somebody who is signed in, from their next request on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import accounts
from app.extensions import db
from app.sessions import Session
from tests.callers import Command
from tests.client import PASSWORD, Browser, Person

NEW = "another good password"


def profile(browser: Browser) -> tuple[int, str | None]:
    response = browser.get("/api/profile")
    return response.status_code, (response.json or {}).get("code")


def test_a_disabled_account_is_out_at_its_next_request(
    flask_json: Callable[..., Any], ada: Person, new_browser: Callable[[], Browser]
) -> None:
    assert profile(ada.browser) == (200, None)
    assert flask_json("users disable ada@example.com")["is_active"] is False
    assert profile(ada.browser) == (401, "token_revoked")
    fields = {"email": ada.email, "password": PASSWORD}
    assert new_browser().post("/auth/login", json=fields).status_code == 401


def test_an_enabled_account_signs_in_again_but_its_old_session_stays_ended(
    flask: Command, flask_json: Callable[..., Any], ada: Person, new_browser: Callable[[], Browser]
) -> None:
    assert "disabled" in flask("users disable ada@example.com").stdout
    assert flask_json("users enable ada@example.com")["is_active"] is True
    assert profile(ada.browser) == (401, "token_revoked")
    assert new_browser().sign_in().status_code == 200


@pytest.mark.usefixtures("admin")
def test_a_role_holds_from_the_next_request_on(flask_json: Callable[..., Any], ada: Person) -> None:
    assert ada.browser.get("/api/users").status_code == 403
    assert flask_json("users set-role ada@example.com staff")["role"] == "staff"
    assert ada.browser.get("/api/users").status_code == 200
    assert flask_json("users set-role ada@example.com user")["role"] == "user"
    assert ada.browser.get("/api/users").status_code == 403


def test_a_set_password_ends_every_session_and_opens_the_door_to_the_new_one_only(
    flask: Command, ada: Person, new_browser: Callable[[], Browser]
) -> None:
    done = flask("users set-password ada@example.com --password-stdin", stdin=f"{NEW}\n")
    assert (done.exit_code, done.stderr) == (0, "")
    assert profile(ada.browser) == (401, "token_revoked")
    fields = {"email": ada.email, "password": PASSWORD}
    assert new_browser().post("/auth/login", json=fields).status_code == 401
    assert new_browser().post("/auth/login", json={**fields, "password": NEW}).status_code == 200


def test_set_password_prompts_without_showing(flask: Command, ada: Person, new_browser: Callable[[], Browser]) -> None:
    done = flask("users set-password ada@example.com", stdin=f"{NEW}\n{NEW}\n")
    assert done.exit_code == 0
    assert NEW not in done.output
    assert new_browser().post("/auth/login", json={"email": ada.email, "password": NEW}).status_code == 200


def test_a_password_that_is_refused_changes_nothing(flask: Command, ada: Person) -> None:
    refused = flask("users set-password ada@example.com --password-stdin", stdin="short\n")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("validation_failed: ")
    assert profile(ada.browser) == (200, None)


def test_verify_notes_when(flask: Command, flask_json: Callable[..., Any], ada: Person) -> None:
    assert flask_json("users show ada@example.com")["email_verified_at"] is None
    assert flask_json("users verify ada@example.com")["email_verified_at"].endswith("Z")
    assert re.search(r"Verified: +20", flask("users show ada@example.com").stdout)
    assert profile(ada.browser) == (200, None)


def test_delete_asks_first_and_a_no_changes_nothing(flask: Command, ada: Person) -> None:
    for answer in ("n\n", "\n", ""):
        assert flask("users delete ada@example.com", stdin=answer).exit_code == 1
    assert profile(ada.browser) == (200, None)


@pytest.mark.parametrize(("line", "answer"), [("", "y\n"), (" --yes", None)])
def test_a_deleted_account_is_gone_with_everything_of_its_own(
    flask: Command, ada: Person, app: Flask, line: str, answer: str | None
) -> None:
    done = flask(f"users delete ada@example.com{line}", stdin=answer)
    assert (done.exit_code, done.stderr) == (0, "")
    assert profile(ada.browser) == (401, "token_revoked")
    with app.app_context():
        assert accounts.find("ada@example.com") is None
        assert db.session.query(Session).count() == 0


@pytest.mark.parametrize("line", ["set-role root@example.com user", "disable root@example.com"])
def test_the_last_admin_stays_one(flask: Command, admin: Person, line: str) -> None:
    refused = flask(f"users {line}")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "last_admin: This is the last admin. Make another one first.\n"
    assert admin.browser.get("/api/users").status_code == 200


def test_the_last_admin_is_not_deleted(flask: Command, admin: Person) -> None:
    refused = flask("users delete root@example.com --yes")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("last_admin: ")
    assert admin.browser.get("/api/users").status_code == 200


def test_an_admin_who_is_not_the_last_may_go(flask: Command, admin: Person, person: Callable[..., Person]) -> None:
    person("second@example.com", "admin")
    assert flask("users set-role root@example.com user").exit_code == 0
    assert admin.browser.get("/api/users").status_code == 403
    assert flask("users disable second@example.com").exit_code == 1


def test_a_disabled_admin_does_not_count(flask: Command, admin: Person, person: Callable[..., Person]) -> None:
    person("second@example.com", "admin")
    assert flask("users disable second@example.com").exit_code == 0
    assert flask("users disable root@example.com").exit_code == 1
    assert admin.browser.get("/api/users").status_code == 200
    assert flask("users delete second@example.com --yes").exit_code == 0
