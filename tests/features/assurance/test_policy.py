"""REQUIRE_SECOND_FACTOR: whoever has to have a second factor, and has none when it is due, can only set one up."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask, jsonify

from app import accounts
from app.accounts import open_while_enrolling
from app.core import clock
from app.guards import login_required
from config import ConfigError
from tests.client import PASSWORD, Browser, browser_of
from tests.features.assurance.toys import Toys, toys_in
from tests.features.totp.apps import Authenticator, enrolled
from tests.trpc.client import rpc_of
from tests.words import bearer

ADMIN, STAFF, EVE = "admin@example.com", "staff@example.com", "eve@example.com"
DUE = (403, "second_factor_required")


@pytest.fixture
def toys_with(make_app: Callable[..., Flask]) -> Callable[..., Toys]:
    def make(policy: str, days: str = "0", **variables: str) -> Toys:
        required = {"REQUIRE_SECOND_FACTOR": policy, "SECOND_FACTOR_GRACE_DAYS": days}
        toys = toys_in(make_app(variables={**required, **variables}))
        with toys.app.app_context():
            for email, role in ((ADMIN, "admin"), (STAFF, "staff"), (EVE, "user")):
                accounts.register(email, PASSWORD, role=role)
        return toys

    return make


def signed_in(toys: Toys, email: str) -> Browser:
    browser = browser_of(toys.app)
    browser.sign_in(email)
    return browser


def said(answer: Any) -> tuple[int, str | None]:
    return answer.status_code, (answer.json or {}).get("code")


@pytest.mark.parametrize(
    ("required_of", "kept_out"),
    [("none", []), ("admins", [ADMIN]), ("staff", [ADMIN, STAFF]), ("all", [ADMIN, STAFF, EVE])],
)
def test_the_setting_says_who(toys_with: Callable[..., Toys], required_of: str, kept_out: list[str]) -> None:
    toys = toys_with(required_of)
    answers = {email: said(signed_in(toys, email).get("/api/profile")) for email in (ADMIN, STAFF, EVE)}
    assert [email for email, answer in answers.items() if answer == DUE] == kept_out
    assert {answer for email, answer in answers.items() if email not in kept_out} <= {(200, None)}


@pytest.mark.needs("api_keys")
def test_nothing_is_open_but_what_it_takes_to_set_one_up(toys_with: Callable[..., Toys]) -> None:
    toys = toys_with("admins")
    toys.app.add_url_rule("/enrol", "enrol", login_required(jsonify), methods=["POST"])
    open_while_enrolling(toys.app, "enrol")
    admin = signed_in(toys, ADMIN)
    assert (admin.get("/auth/session").json or {})["user"]["email"] == ADMIN
    assert admin.get("/auth/second-factor").json == {"required": True, "methods": [], "until": None}
    assert admin.post("/auth/confirm", json={"password": PASSWORD}).status_code == 204
    assert admin.post("/enrol").status_code == 200
    for method, path, body in (
        ("GET", "/api/users", None),
        ("PATCH", "/api/profile", {"name": "Ada"}),
        ("POST", "/auth/password", {"current_password": PASSWORD, "new_password": "another fine password"}),
        ("POST", "/auth/keys", {"name": "backup"}),
        ("GET", "/auth/sessions", None),
    ):
        assert said(admin.open(path, method=method, json=body)) == DUE, path
    toys.enrol(ADMIN)
    assert admin.get("/api/users").status_code == 200


@pytest.mark.needs("api_keys", "basic")
def test_it_holds_for_programs_for_procedures_and_for_keys_made_before(toys_with: Callable[..., Toys]) -> None:
    toys = toys_with("admins", days="7", BASIC_AUTH="true")
    key = (signed_in(toys, ADMIN).post("/auth/keys", json={"name": "backup"}).json or {})["key"]
    program = toys.app.test_client()
    assert program.get("/api/profile", headers=bearer(key)).status_code == 200
    with time_machine.travel(clock.now() + dt.timedelta(days=8), tick=False):
        assert said(program.get("/api/profile", headers=bearer(key))) == DUE
        basic = "Basic " + base64.b64encode(f"{ADMIN}:{PASSWORD}".encode()).decode()
        assert said(program.get("/api/profile", headers={"Authorization": basic})) == DUE
        fields = {"grant_type": "password", "email": ADMIN, "password": PASSWORD}
        token = (program.post("/auth/token", json=fields).json or {})["access_token"]
        assert said(program.get("/api/profile", headers=bearer(token))) == DUE
        rpc = rpc_of(toys.app)
        rpc.sign_in(ADMIN)
        refused = rpc.query("admin.users", {})
        assert refused.status_code == 403
        assert "second_factor_required" in refused.text
        assert ADMIN in rpc.query("auth.whoami").text  # as GET /auth/session


def test_the_grace_begins_once_and_ends(toys_with: Callable[..., Toys]) -> None:
    toys = toys_with("all", days="7")
    eve = signed_in(toys, EVE)
    first = (eve.get("/auth/second-factor").json or {})["until"]
    with time_machine.travel(clock.now() + dt.timedelta(days=6), tick=False):
        again = signed_in(toys, EVE)
        assert again.get("/api/profile").status_code == 200
        assert (again.get("/auth/second-factor").json or {})["until"] == first
    with time_machine.travel(clock.now() + dt.timedelta(days=8), tick=False):
        late = signed_in(toys, EVE)
        assert said(late.get("/api/profile")) == DUE
        assert (late.get("/auth/second-factor").json or {})["until"] is None
        assert late.post("/auth/logout").status_code == 204


def test_who_has_shown_two_is_asked_nothing_and_the_last_one_is_kept(toys_with: Callable[..., Toys]) -> None:
    toys = toys_with("admins")
    toys.enrol(ADMIN)
    assert toys.signed_in(ADMIN).get("/api/users").status_code == 200
    with toys.app.app_context():
        toys.enrolled.clear()
        with pytest.raises(accounts.LAST_SECOND_FACTOR):
            accounts.require_factor_left(accounts.get(ADMIN).id)
        accounts.require_factor_left(accounts.get(EVE).id)


@pytest.mark.parametrize(("policy", "status"), [("none", 200), ("admins", 202)])
def test_of_whom_one_is_required_any_factor_is_asked_for(
    make_app: Callable[..., Flask], policy: str, status: int
) -> None:
    toys = toys_in(make_app(variables={"REQUIRE_SECOND_FACTOR": policy}), asks=False)
    with toys.app.app_context():
        accounts.register(ADMIN, PASSWORD, role="admin")
    toys.enrol(ADMIN)
    answer = browser_of(toys.app).post("/auth/login", json={"email": ADMIN, "password": PASSWORD})
    assert answer.status_code == status


@pytest.mark.needs("totp")
def test_who_is_kept_out_sets_up_an_app_goes_on_and_cannot_remove_it(toys_with: Callable[..., Toys]) -> None:
    toys = toys_with("admins")
    admin = signed_in(toys, ADMIN)
    assert said(admin.get("/api/users")) == DUE
    enrolled(admin)
    assert admin.get("/api/users").status_code == 200
    assert (admin.get("/auth/second-factor").json or {})["methods"] == ["totp"]
    assert said(admin.delete("/auth/totp")) == (409, "last_second_factor")
    toys.enrol(ADMIN)
    assert admin.delete("/auth/totp").status_code == 204


def test_a_policy_that_is_unknown_stops_the_start(make_app: Callable[..., Flask]) -> None:
    with pytest.raises(ConfigError, match="REQUIRE_SECOND_FACTOR"):
        make_app(variables={"REQUIRE_SECOND_FACTOR": "everybody"})


@pytest.mark.needs("totp")
def test_what_was_shown_and_is_gone_does_not_stand_for_a_factor(toys_with: Callable[..., Toys]) -> None:
    """Whoever was shown two factors, removed the second one, and got the role after that, has none."""
    toys = toys_with("admins")
    browser = signed_in(toys, EVE)
    enrolled(browser)
    assert browser.delete("/auth/totp").status_code == 204
    with toys.app.app_context():
        accounts.set_role(EVE, "admin")
    assert said(browser.get("/api/users")) == DUE
    assert browser.post("/auth/totp").status_code == 201


@pytest.mark.needs("totp")
def test_who_has_begun_an_app_before_another_factor_was_set_up_shows_that_one_first(
    toys_with: Callable[..., Toys],
) -> None:
    """Else a thief in a session from before would have an app of their own beside it."""
    toys = toys_with("none")
    browser = signed_in(toys, EVE)
    app_of_eve = Authenticator((browser.post("/auth/totp").json or {})["secret"])
    toys.enrol(EVE)
    assert said(browser.post("/auth/totp/confirm", json={"code": app_of_eve.at()})) == (403, "assurance_required")
    program = bearer(browser.access_token)
    refused = rpc_of(toys.app).mutate("totp.confirm", {"code": app_of_eve.at()}, headers=program)
    assert (refused.json or {})["error"]["data"]["reason"] == "assurance_required"
    assert browser.get("/auth/totp").json == {"confirmed_at": None}
