"""Not again in this browser: which sign-ins pass without the second factor, and what ends that."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from app import accounts, sessions
from app.accounts.events import AccountSecured, EmailChanged
from app.core import clock
from app.core.database import transaction
from app.core.events import announce
from app.extensions import db
from app.features.trusted_devices import cookie
from app.features.trusted_devices.models import TrustedDevice
from tests.client import PASSWORD, Browser, browser_of
from tests.features.assurance.toys import Toys, toys_in

pytestmark = pytest.mark.needs("assurance")
EMAIL = "ada@example.com"
PATH = "/auth/trusted-devices"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(variables={"BASIC_AUTH": "true"})


@pytest.fixture
def toys(app: Flask) -> Toys:
    toys = toys_in(app)
    with app.app_context():
        accounts.register(EMAIL, PASSWORD)
        accounts.register("eve@example.com", PASSWORD)
    toys.enrol(EMAIL)
    return toys


@pytest.fixture
def trusted(toys: Toys) -> Browser:
    """Ada's browser, signed out again, in which she is not asked."""
    browser = toys.signed_in(EMAIL)
    assert browser.post(PATH).status_code == 204
    browser.post("/auth/logout")
    return browser


def asked(browser: Browser, email: str = EMAIL) -> bool:
    status = browser.post("/auth/login", json={"email": email, "password": PASSWORD}).status_code
    return {200: False, 202: True}[status]


def test_a_trusted_browser_is_not_asked_and_its_session_has_shown_one_factor(trusted: Browser) -> None:
    assert not asked(trusted)
    session = (trusted.get("/auth/session").json or {})["session"]
    assert (session["methods"], session["assured_at"]) == (["local"], None)
    refused = trusted.post(PATH)
    assert (refused.status_code, (refused.json or {})["code"]) == (403, "assurance_required")


def test_the_cookie_is_for_the_server_alone_and_the_row_has_no_secret(app: Flask, trusted: Browser) -> None:
    kept = trusted.get_cookie("trusted_device")
    assert kept is not None
    assert (kept.http_only, kept.same_site, kept.path) == (True, "Lax", "/")
    with app.app_context():
        assert kept.value not in {row.secret_hash for row in db.session.query(TrustedDevice)}


def test_other_browsers_and_other_accounts_are_asked(toys: Toys, trusted: Browser, app: Flask) -> None:
    assert asked(browser_of(app))
    toys.enrol("eve@example.com")
    assert asked(trusted, "eve@example.com")
    both = toys.signed_in("eve@example.com", trusted)
    assert both.post(PATH).status_code == 204
    both.post("/auth/logout")
    assert not asked(both, "eve@example.com")
    assert not asked(both)


def test_what_somebody_planted_beforehand_is_never_good(toys: Toys, app: Flask) -> None:
    browser = browser_of(app)
    browser.set_cookie("trusted_device", "planted")
    toys.signed_in(EMAIL, browser)
    assert browser.post(PATH).status_code == 204
    thief = browser_of(app)
    thief.set_cookie("trusted_device", "planted")
    assert asked(thief)


@pytest.mark.needs("basic")
def test_basic_and_programs_are_no_browser(app: Flask, trusted: Browser) -> None:
    basic = "Basic " + base64.b64encode(f"{EMAIL}:{PASSWORD}".encode()).decode()
    refused = trusted.get("/api/profile", headers={"Authorization": basic})
    assert (refused.status_code, (refused.json or {})["code"]) == (403, "session_required")
    fields = {"grant_type": "password", "email": EMAIL, "password": PASSWORD}
    assert app.test_client().post("/auth/token", json=fields).status_code == 202


def test_it_is_over_after_its_days_and_sooner_where_the_setting_says_so(toys: Toys, trusted: Browser) -> None:
    with time_machine.travel(clock.now() + dt.timedelta(days=29), tick=False):
        assert not asked(trusted)
    with time_machine.travel(clock.now() + dt.timedelta(days=31), tick=False):
        assert asked(trusted)
        assert toys.app.test_cli_runner().invoke(args=["prune"]).exit_code == 0
        with toys.app.app_context():
            assert db.session.query(TrustedDevice).count() == 0


def test_it_is_listed_and_taken_back_by_its_owner_alone(toys: Toys, app: Flask) -> None:
    browser = toys.signed_in(EMAIL)
    browser.post(PATH)
    [device] = (browser.get(PATH).json or {})["items"]
    assert (device["current"], device["last_used_at"]) == (True, None)
    assert browser.post(PATH).status_code == 204  # once more is not two
    [device] = (browser.get(PATH).json or {})["items"]
    eve = browser_of(app)
    eve.sign_in("eve@example.com")
    assert eve.delete(f"{PATH}/{device['id']}").status_code == 404
    assert (eve.get(PATH).json or {})["items"] == []
    assert browser.delete(f"{PATH}/{device['id']}").status_code == 204
    assert browser.delete(f"{PATH}/{device['id']}").status_code == 404
    browser.post("/auth/logout")
    assert asked(browser)


def _new_password(user_id: uuid.UUID) -> None:
    accounts.set_password(user_id, PASSWORD)


def _secured(user_id: uuid.UUID) -> None:
    with transaction():
        announce(AccountSecured(user_id=user_id, since=clock.now()))


def _another_address(user_id: uuid.UUID) -> None:
    with transaction():
        announce(EmailChanged(user_id=user_id))


@pytest.mark.parametrize("change", [_new_password, _secured, _another_address])
def test_a_change_of_what_opens_the_account_ends_it(
    app: Flask, trusted: Browser, change: Callable[[uuid.UUID], None]
) -> None:
    with app.app_context():
        change(accounts.get(EMAIL).id)
    assert asked(trusted)


@pytest.mark.needs("api_keys")
def test_a_new_key_changes_nothing(toys: Toys, app: Flask) -> None:
    browser = toys.signed_in(EMAIL)
    browser.post(PATH)
    assert browser.post("/auth/keys", json={"name": "backup"}).status_code == 201
    browser.post("/auth/logout")
    assert not asked(browser)


def test_who_comes_later_or_in_an_ended_session_cannot(toys: Toys) -> None:
    browser = toys.signed_in(EMAIL)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11), tick=False):
        assert browser.post(PATH).status_code == 403
    with toys.app.app_context():
        sessions.revoke_all(accounts.get(EMAIL).id, "signed_out_everywhere")
    assert browser.post(PATH).status_code == 401


def test_no_days_mean_that_nobody_is_trusted(make_app: Callable[..., Flask]) -> None:
    toys = toys_in(make_app(variables={"TRUSTED_DEVICE_DAYS": "0"}))
    with toys.app.app_context():
        accounts.register(EMAIL, PASSWORD)
    toys.enrol(EMAIL)
    browser = toys.signed_in(EMAIL)
    assert browser.post(PATH).status_code == 404
    assert "trust-this-browser" not in browser.get("/second-factor").text


def test_a_browser_keeps_some_accounts_and_no_more(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "trusted_device=" + "~".join("abcdefg")}):
        assert cookie.presented() == list("abcde")
    with app.test_request_context(headers={"Cookie": "trusted_device=" + "x" * 1000}):
        assert cookie.presented() == []
