"""``flask shell``: what it opens with, and services that commit for themselves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup

from app import accounts, sessions
from app.accounts import User
from app.core.errors import Refusal
from app.extensions import db
from app.passport import AuthenticationFailed
from app.sessions import Session
from tests.client import PASSWORD, Browser, Person
from tests.words import bearer


@pytest.fixture
def shell(context: Flask) -> dict[str, Any]:
    """The names that the shell opens with."""
    return context.make_shell_context()


def test_the_shell_opens_with_what_one_needs(shell: dict[str, Any]) -> None:
    expected = {"db": db, "User": User, "Session": Session, "accounts": accounts, "sessions": sessions}
    assert {name: shell[name] for name in expected} == expected


def test_lines_typed_into_flask_shell_work(app: Flask, browser: Browser) -> None:
    group = FlaskGroup(create_app=lambda: app, load_dotenv=False, set_debug_flag=False)
    lines = f"accounts.register('ada@example.com', {PASSWORD!r})\nUser, Session, sessions, db\n"
    result = CliRunner().invoke(group, ["shell"], input=lines)
    assert result.exit_code == 0
    assert "<User ada@example.com user>" in result.output
    assert "Error" not in result.output
    [ready] = [line for line in result.stderr.splitlines() if line.startswith("Ready: ")]
    assert {"db", "User", "Session", "accounts", "sessions"} <= set(re.findall(r"\w+", ready.partition(".")[0]))
    assert browser.sign_in().status_code == 200


def test_what_a_service_did_is_committed(shell: dict[str, Any], browser: Browser) -> None:
    shell["accounts"].register("ada@example.com", PASSWORD, role="staff")
    shell["db"].session.rollback()
    assert browser.sign_in().status_code == 200
    assert browser.get("/api/users").status_code == 200


def test_people_are_named_by_address_id_or_themselves(shell: dict[str, Any], ada: Person) -> None:
    user = accounts.get("ada@example.com")
    for who in (user, user.id, "ADA@example.com"):
        assert shell["accounts"].set_role(who, "staff").role == "staff"
        assert ada.browser.get("/api/users").status_code == 200
        assert shell["accounts"].set_role(who, "user").role == "user"
        assert ada.browser.get("/api/users").status_code == 403


def test_signing_somebody_out_holds_from_their_next_request_on(shell: dict[str, Any], ada: Person) -> None:
    assert shell["sessions"].revoke_all(accounts.get(ada.email).id, "asked by phone") == 1
    assert ada.browser.get("/api/profile").status_code == 401
    assert db.session.query(Session).one().revoked_reason == "asked by phone"


def test_a_refusal_is_an_exception_with_a_code_and_leaves_the_shell_usable(shell: dict[str, Any]) -> None:
    shell["accounts"].register("ada@example.com", PASSWORD)
    with pytest.raises(Refusal) as refusal:
        shell["accounts"].register("Ada@Example.com", PASSWORD)
    assert refusal.value.code == "email_taken"
    assert db.session.query(User).count() == 1
    with pytest.raises(Refusal):
        shell["accounts"].set_role("ada@example.com", "wizard")
    assert shell["accounts"].rename("ada@example.com", "Ada").name == "Ada"


def test_a_refusal_shows_its_fields(shell: dict[str, Any]) -> None:
    shell["accounts"].register("ada@example.com", PASSWORD)
    with pytest.raises(Refusal) as refusal:
        shell["accounts"].set_password("ada@example.com", "short")
    assert str(refusal.value) == "Some fields are not right. password: Use at least 10 characters."
    with pytest.raises(Refusal, match="role: ") as refusal:
        shell["accounts"].set_role("ada@example.com", "wizard")
    assert "short" not in str(refusal.value)


def test_a_password_that_is_set_past_the_service_is_refused_with_the_services_name(shell: dict[str, Any]) -> None:
    user = shell["accounts"].register("ada@example.com", PASSWORD)
    with pytest.raises(AttributeError, match=r"use accounts\.set_password\(user, password\)"):
        user.password = "another fine password"
    with pytest.raises(AttributeError, match=r"use accounts\.set_password"):
        shell["User"](email="eve@example.com", password=PASSWORD)
    with pytest.raises(AttributeError, match=r"ask accounts\.verify_password"):
        user.password  # noqa: B018 (it is what raises)


def test_generated_tokens_work_as_bearer_tokens(shell: dict[str, Any], browser: Browser) -> None:
    user = shell["accounts"].register("ada@example.com", None, role="staff")
    tokens = shell["accounts"].generate_tokens(user)
    for path in ("/api/profile", "/api/users"):
        assert browser.get(path, headers=bearer(tokens.access_token)).status_code == 200
    assert browser.get("/api/profile", headers=bearer(tokens.refresh_token)).status_code == 401


def test_a_generated_refresh_token_gets_new_tokens(shell: dict[str, Any], browser: Browser) -> None:
    user = shell["accounts"].register("ada@example.com", None)
    tokens = shell["accounts"].generate_tokens(user)
    grant = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    renewed = browser.post("/auth/token", json=grant)
    assert renewed.status_code == 200
    assert browser.get("/api/profile", headers=bearer((renewed.json or {})["access_token"])).status_code == 200


def test_generated_tokens_belong_to_a_session_that_can_be_ended(shell: dict[str, Any], browser: Browser) -> None:
    user = shell["accounts"].register("ada@example.com", None)
    tokens = shell["accounts"].generate_tokens(user)
    ((session,), _) = shell["sessions"].list_active(user.id)
    assert session.user_agent == "generate_tokens"
    assert shell["sessions"].revoke(session.id, "done") is True
    assert browser.get("/api/profile", headers=bearer(tokens.access_token)).status_code == 401


def test_a_disabled_user_gets_no_tokens(shell: dict[str, Any]) -> None:
    user = shell["accounts"].register("ada@example.com", None)
    shell["accounts"].set_active(user, False)
    with pytest.raises(AuthenticationFailed):
        shell["accounts"].generate_tokens(user)


def test_a_user_prints_without_a_hash(shell: dict[str, Any]) -> None:
    user = shell["accounts"].register("ada@example.com", PASSWORD)
    assert repr(user) == "<User ada@example.com user>"
    assert user.password_hash not in repr(user)
