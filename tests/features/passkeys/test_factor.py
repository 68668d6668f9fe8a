"""A passkey as the second factor of a sign-in, and to confirm that it is still them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app.accounts import SecondFactor, add_second_factor
from tests import people
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.features.passkeys.authenticator import UP, Authenticator
from tests.features.passkeys.conftest import BASE, add, options, refused, sign_in, who
from tests.words import later


def by_password(browser: Browser, email: str) -> dict[str, Any]:
    answer = browser.post("/auth/login", json={"email": email, "password": PASSWORD})
    return {"status": answer.status_code, **(answer.json or {})}


def test_to_have_one_asks_nobody_for_it(app: Flask, ada: Person, phone: Authenticator) -> None:
    assert by_password(browser_of(app), ada.email)["status"] == 200


@pytest.fixture
def asking(make_app: Callable[..., Flask]) -> Flask:
    return make_app(variables={"PASSKEYS_ASKED_FOR": "true"})


@pytest.mark.needs("assurance")
def test_by_setting_it_is_asked_for_after_the_password(asking: Flask) -> None:
    ada, phone = people.signed_in(asking, "ada@example.com", "user"), Authenticator()
    add(ada.browser, phone)
    browser = browser_of(asking)
    step = by_password(browser, ada.email)
    assert (step["status"], step["facts"]) == (202, {"methods": "passkey"})

    assert refused(browser.post(f"{BASE}/second-factor/options", json={"token": "x"})) == (401, "sign_in_expired")
    asked = options(browser, "second-factor/options", token=step["token"])
    assert len(asked["allowCredentials"]) == 1
    path = f"{BASE}/second-factor"
    foreign, evil = Authenticator(id=phone.id), replace(phone, origin="https://evil.example")
    for liar in (foreign, replace(phone, flags=UP), evil, replace(phone, rp_id="evil.example")):
        wrong = browser.post(path, json={"token": step["token"], "credential": liar.get(asked)})
        assert refused(wrong) == (401, "passkey_refused"), liar
        asked = options(browser, "second-factor/options", token=step["token"])
    right = {"token": step["token"], "credential": phone.get(asked, handle=None)}
    assert browser.post(path, json=right).status_code == 200
    session = (browser.get("/auth/session").json or {})["session"]
    assert session["methods"] == ["local", "passkey"]
    assert refused(browser.post(path, json=right)) == (401, "sign_in_expired")
    assert sign_in(browser_of(asking), phone).status_code == 200, "by itself it is two"


@pytest.mark.needs("assurance")
def test_a_step_is_not_taken_with_somebody_elses(asking: Flask) -> None:
    devices = {}
    for email in ("ada@example.com", "eve@example.com"):
        devices[email] = Authenticator()
        add(people.signed_in(asking, email, "user").browser, devices[email])
    browser = browser_of(asking)
    step = by_password(browser, "ada@example.com")
    asked = options(browser, "second-factor/options", token=step["token"])
    sent = {"token": step["token"], "credential": devices["eve@example.com"].get(asked)}
    assert refused(browser.post(f"{BASE}/second-factor", json=sent)) == (401, "passkey_refused")
    assert who(browser) is None


@pytest.mark.needs("assurance")
def test_where_another_factor_asks_a_passkey_will_do(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    ada = people.signed_in(app, "ada@example.com", "user")
    add(ada.browser, Authenticator())
    add_second_factor(app, SecondFactor("toy", lambda user_id: int(user_id == uuid.UUID(ada.id))))
    assert by_password(browser_of(app), ada.email)["facts"] == {"methods": "passkey toy"}


@pytest.mark.needs("api_keys")
def test_it_confirms_that_it_is_still_them_and_shows_two_factors(ada: Person, phone: Authenticator) -> None:
    with later(minutes=11):
        assert ada.browser.post("/auth/keys", json={"name": "x"}).status_code == 403
        sent = {"credential": phone.get(options(ada.browser, "confirm/options"), handle=None)}
        assert ada.browser.post(f"{BASE}/confirm", json=sent).status_code == 204
        assert ada.browser.post("/auth/keys", json={"name": "x"}).status_code == 201
        session = (ada.browser.get("/auth/session").json or {})["session"]
        assert session["methods"] == ["local", "passkey"]
        assert session["assured_at"] is not None
        assert refused(ada.browser.post(f"{BASE}/confirm", json=sent)) == (422, "passkey_refused")


def test_nobody_confirms_with_somebody_elses(ada: Person, phone: Authenticator, person: Callable[..., Person]) -> None:
    eve = person("eve@example.com").browser
    sent = {"credential": phone.get(options(eve, "confirm/options"))}
    assert refused(eve.post(f"{BASE}/confirm", json=sent)) == (422, "passkey_refused")
    assert eve.get("/api/profile").status_code == 200, "the session goes on"


@pytest.mark.needs("assurance")
def test_of_whom_a_second_factor_is_required_their_passkey_is_asked_for(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"REQUIRE_SECOND_FACTOR": "staff", "SECOND_FACTOR_GRACE_DAYS": "14"})
    staff, user = (people.signed_in(app, f"{role}@example.com", role) for role in ("staff", "user"))
    for each in (staff, user):
        assert add(each.browser, Authenticator()).status_code == 201
    assert by_password(browser_of(app), staff.email)["facts"] == {"methods": "passkey"}
    assert by_password(browser_of(app), user.email)["status"] == 200


@pytest.mark.needs("assurance")
def test_whoever_has_to_have_a_second_factor_sets_up_a_passkey_and_keeps_it(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"REQUIRE_SECOND_FACTOR": "staff", "SECOND_FACTOR_GRACE_DAYS": "0"})
    staff, phone = people.signed_in(app, "staff@example.com", "staff"), Authenticator()
    assert refused(staff.browser.get("/api/users")) == (403, "second_factor_required")
    shown = add(staff.browser, phone).json or {}
    sent = {"credential": phone.get(options(staff.browser, "confirm/options"))}
    assert staff.browser.post(f"{BASE}/confirm", json=sent).status_code == 204
    assert staff.browser.get("/api/users").status_code == 200
    assert refused(staff.browser.delete(f"{BASE}/{shown['id']}")) == (409, "last_second_factor")
