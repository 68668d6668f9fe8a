"""What somebody does who has a passkey and no password: all that others do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.core import mail
from tests.client import Browser, browser_of
from tests.features.passkeys.authenticator import Authenticator
from tests.features.passkeys.conftest import BASE, options, refused, sign_in, who
from tests.features.passkeys.test_signing_up import sign_up
from tests.words import later

NEW = "battery staple, correct"


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def eve(app: Flask, device: Authenticator) -> Browser:
    browser = browser_of(app)
    assert sign_up(browser, device).status_code == 200
    mail.memory(app).clear()
    return browser


def confirm(browser: Browser, device: Authenticator) -> None:
    asked = options(browser, "confirm/options")
    assert browser.post(f"{BASE}/confirm", json={"credential": device.get(asked)}).status_code == 204


def mailed(app: Flask, pattern: str) -> str:
    """What is found in the mails since, of which others may be notices."""
    with app.app_context():
        mail.deliver_due()
    texts = "\n".join(mail.text_of(each) for each in mail.memory(app))
    found = re.search(pattern, texts, re.MULTILINE)
    assert found is not None, texts
    return found.group(1)


def test_they_confirm_by_it_and_set_a_password_that_signs_in(app: Flask, eve: Browser, device: Authenticator) -> None:
    with later(minutes=11):
        first = {"new_password": NEW}
        assert refused(eve.post("/auth/password", json=first)) == (403, "fresh_required")
        assert refused(eve.post("/auth/confirm", json={"password": "x"})) == (403, "wrong_password")
        confirm(eve, device)
        assert eve.post("/auth/password", json=first).status_code == 204
        assert browser_of(app).sign_in("eve@example.com", password=NEW).status_code == 200
        assert sign_in(browser_of(app), device).status_code == 200


def test_they_delete_their_account(app: Flask, eve: Browser, device: Authenticator) -> None:
    with later(minutes=11):
        assert refused(eve.delete("/api/profile", json={})) == (403, "fresh_required")
        confirm(eve, device)
        assert eve.delete("/api/profile", json={}).status_code == 202
        assert sign_in(browser_of(app), device).status_code == 200, "which keeps it"


@pytest.mark.needs("email_change")
def test_they_change_their_address_and_keep_the_passkey(app: Flask, eve: Browser, device: Authenticator) -> None:
    with later(minutes=11):
        wanted = {"email": "eve@example.org"}
        assert refused(eve.post("/auth/email-change", json=wanted)) == (403, "fresh_required")
        confirm(eve, device)
        assert eve.post("/auth/email-change", json=wanted).status_code == 202
        token = mailed(app, r"/change-email#token=([\w-]+)")
        assert eve.post("/auth/email-change/confirm", json={"token": token}).status_code == 200
        elsewhere = browser_of(app)
        assert sign_in(elsewhere, device).status_code == 200
        assert who(elsewhere) == "eve@example.org"


@pytest.mark.needs("password_reset")
@pytest.mark.parametrize("is_verified", [True, False])
def test_a_reset_gives_them_a_password_and_takes_what_nobody_vouched_for(
    app: Flask, eve: Browser, device: Authenticator, is_verified: bool
) -> None:
    """Whoever has lost the device comes in so. Where nobody had proved the address, somebody else may have made it."""
    with app.app_context():
        if is_verified:
            accounts.mark_verified("eve@example.com")
    stranger = browser_of(app)
    assert stranger.post("/auth/forgot-password", json={"email": "eve@example.com"}).status_code == 202
    token = mailed(app, r"/reset-password#token=([\w-]+)")
    answer = stranger.post("/auth/reset-password", json={"token": token, "password": NEW})
    assert answer.status_code == 204, answer.text
    assert browser_of(app).sign_in("eve@example.com", password=NEW).status_code == 200
    assert sign_in(browser_of(app), device).status_code == (200 if is_verified else 401)


@pytest.mark.needs("recovery_codes")
def test_they_are_offered_recovery_codes(eve: Browser) -> None:
    assert (eve.get("/auth/recovery-codes").json or {})["available"] is True
    answer = eve.post("/auth/recovery-codes")
    assert answer.status_code == 201
    assert len((answer.json or {})["codes"]) == 10


@pytest.mark.needs("totp", "assurance")
def test_they_set_up_an_app_and_are_not_asked_for_it_beside_the_passkey(
    app: Flask, eve: Browser, device: Authenticator
) -> None:
    from tests.features.totp.apps import enrolled  # noqa: PLC0415 (of a feature left out)

    enrolled(eve)
    assert sign_in(browser_of(app), device).status_code == 200


@pytest.mark.needs("assurance")
def test_whoever_has_to_have_a_second_factor_has_one_then(make_app: Callable[..., Flask]) -> None:
    variables = {"REQUIRE_SECOND_FACTOR": "all", "SECOND_FACTOR_GRACE_DAYS": "0"}
    eve = browser_of(make_app(variables=variables))
    assert sign_up(eve, Authenticator()).status_code == 200
    assert eve.get("/api/profile").status_code == 200
    (shown,) = (eve.get(BASE).json or {})["items"]
    assert eve.post("/auth/password", json={"new_password": NEW}).status_code == 204
    assert refused(eve.delete(f"{BASE}/{shown['id']}")) == (409, "last_second_factor")
