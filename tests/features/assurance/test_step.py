"""Whoever has set up a second factor shows it at each sign-in, whichever way they come."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask, request
from werkzeug.test import TestResponse

from app import accounts, sessions
from app.accounts import SecondFactor, add_second_factor
from app.accounts.steps import StepProof, continued
from app.browser import steps
from app.browser.signed_in import complete
from app.core import clock
from app.guards import public
from app.passport import Success
from tests.client import PASSWORD, Browser, browser_of
from tests.trpc.client import rpc_of
from tests.words import bearer

EMAIL = "ada@example.com"


@pytest.fixture
def app_with(make_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """An app in which Ada, and nobody else, has the second factor "toy"; whoever takes its step has shown it."""

    def make(**variables: str) -> Flask:
        app = make_app(variables=variables)
        sessions.add_method(app, "toy", ("otp",), ("possession",))

        def count(user_id: object) -> int:
            found = accounts.find(EMAIL)
            return int(found is not None and found.id == user_id)

        def take() -> Any:
            with steps.resumed((request.json or {})["token"], "second_factor") as attempt:
                proved = Success(attempt.user, "toy", StepProof(attempt))
            return complete(continued(proved))

        add_second_factor(app, SecondFactor("toy", count))
        app.add_url_rule("/toy", "toy", public(take), methods=["POST"])
        with app.app_context():
            for email in (EMAIL, "eve@example.com"):
                accounts.register(email, PASSWORD)
        return app

    return make


def sign_in(browser: Browser, email: str = EMAIL) -> TestResponse:
    return browser.post("/auth/login", json={"email": email, "password": PASSWORD})


def test_who_has_none_signs_in_as_ever(app_with: Callable[..., Flask]) -> None:
    assert sign_in(browser_of(app_with()), "eve@example.com").status_code == 200


def test_the_sign_in_waits_for_the_factor_and_the_session_knows_both(app_with: Callable[..., Flask]) -> None:
    browser = browser_of(app_with())
    waiting = sign_in(browser)
    step = waiting.json or {}
    assert waiting.status_code == 202
    assert (step["step"], step["facts"]) == ("second_factor", {"methods": "toy"})
    assert step["page"].startswith("/second-factor?methods=toy&step=second_factor&token=")
    assert browser.get("/api/profile").status_code == 401

    assert browser.post("/toy", json={"token": step["token"]}).status_code == 200
    session = (browser.get("/auth/session").json or {})["session"]
    assert session["methods"] == ["local", "toy"]
    assert session["assured_at"] is not None


def test_the_step_of_one_browser_is_none_in_another(app_with: Callable[..., Flask]) -> None:
    app = app_with()
    step = sign_in(browser_of(app)).json or {}
    thief = browser_of(app)
    assert thief.post("/toy", json={"token": step["token"]}).status_code == 401
    sign_in(thief, "eve@example.com")
    assert thief.post("/toy", json={"token": step["token"]}).status_code == 401


@pytest.mark.needs("basic")
@pytest.mark.parametrize(("minutes", "status"), [(4.9, 200), (5.1, 401)])
def test_there_are_five_minutes_to_show_it(app_with: Callable[..., Flask], minutes: float, status: int) -> None:
    browser = browser_of(app_with())
    token = (sign_in(browser).json or {})["token"]
    with time_machine.travel(clock.now() + dt.timedelta(minutes=minutes), tick=False):
        assert browser.post("/toy", json={"token": token}).status_code == status


@pytest.mark.needs("basic")
def test_programs_are_asked_too_and_basic_which_can_take_no_step_is_refused(app_with: Callable[..., Flask]) -> None:
    app = app_with(BASIC_AUTH="true")
    fields = {"grant_type": "password", "email": EMAIL, "password": PASSWORD}
    program = app.test_client()
    asked = program.post("/auth/token", json=fields)
    assert (asked.status_code, (asked.json or {})["step"]) == (202, "second_factor")
    basic = {"Authorization": "Basic " + base64.b64encode(f"{EMAIL}:{PASSWORD}".encode()).decode()}
    refused = program.get("/api/profile", headers=basic)
    assert (refused.status_code, (refused.json or {})["code"]) == (403, "session_required")


def test_the_page_of_the_step_is_there(app_with: Callable[..., Flask]) -> None:
    page = browser_of(app_with()).get("/second-factor").text
    assert 'id="other-methods"' in page
    assert "/static/assurance/page.js" in page


def test_a_procedure_that_gives_another_role_asks_too(app_with: Callable[..., Flask]) -> None:
    app = app_with()
    with app.app_context():
        accounts.register("admin@example.com", PASSWORD, role="admin")
    rpc = rpc_of(app)
    rpc.sign_in("admin@example.com")
    with app.app_context():
        accounts.set_role(EMAIL, "admin")
        accounts.change_email(EMAIL, "former@example.com")
        accounts.change_email("admin@example.com", EMAIL)  # who has the factor from now on
        eve = str(accounts.get("eve@example.com").id)
    refused = rpc.mutate("admin.setRole", {"id": eve, "role": "staff"})
    assert refused.status_code == 403
    assert "assurance_required" in refused.text


@pytest.mark.needs("api_keys", "invitations", "email_change", "providers")
def test_another_role_key_address_or_way_in_asks_for_the_factor(app_with: Callable[..., Flask]) -> None:
    app = app_with()
    browser = browser_of(app)
    step = sign_in(browser).json or {}
    browser.post("/toy", json={"token": step["token"]})
    with app.app_context():
        accounts.set_role(EMAIL, "admin")
        eve = accounts.get("eve@example.com").id
    asked = [("PATCH", f"/api/users/{eve}", {"role": "staff"}), ("POST", "/auth/keys", {"name": "backup"})]
    asked += [("POST", "/api/invitations", {"email": "new@example.com", "role": "staff"})]
    asked += [("POST", "/auth/email-change", {"email": "other@example.com"}), ("POST", "/auth/identities/nobody", {})]
    invitation = {"email": "newer@example.com", "role": "staff"}

    def answers() -> list[tuple[int, str | None]]:
        found = [browser.open(path, method=method, json=fields) for method, path, fields in asked]
        return [(each.status_code, (each.json or {}).get("code")) for each in found]

    def over_trpc() -> int:
        return rpc_of(app).mutate("invitation.create", invitation, headers=bearer(browser.access_token)).status_code

    with time_machine.travel(clock.now() + dt.timedelta(minutes=11), tick=False):
        browser.post("/auth/confirm", json={"password": PASSWORD})
        assert answers() == [(403, "assurance_required")] * 5
        assert over_trpc() == 403
        assert browser.patch(f"/api/users/{eve}", json={"is_active": True}).status_code == 200
        with app.app_context():
            sessions.confirm(uuid.UUID((browser.get("/auth/session").json or {})["session"]["id"]), "toy")
        assert answers() == [(200, None), (201, None), (201, None), (202, None), (404, "unknown_provider")]
        assert over_trpc() == 200
