"""What is known to an account, and what becomes so; who is asked, and who is not."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import accounts
from app.accounts import User
from app.browser.device import A_DAY, Device, is_known_to
from app.core import clock
from app.core.database import execute_write, transaction
from tests.client import PASSWORD
from tests.features.totp.apps import enrolled
from tests.features.unknown_device.conftest import (
    AWAY,
    ELSEWHERE,
    EMAIL,
    HOME,
    browser_at,
    code_in,
    come_in,
    mails,
    sign_in,
)
from tests.words import code, later


def test_programs_take_the_step_and_their_network_is_known_then(app: Flask) -> None:
    program = FlaskClient(app, app.response_class, use_cookies=False)
    program.environ_base["REMOTE_ADDR"] = AWAY
    fields = {"grant_type": "password", "email": EMAIL, "password": PASSWORD}
    asked = program.post("/auth/token", json=fields)
    step = {"token": (asked.json or {})["token"]}
    assert (asked.status_code, (asked.json or {})["step"], (asked.json or {})["page"]) == (202, "unknown_device", None)
    assert program.post("/auth/token/unknown-device/mail", json=step).status_code == 202
    shown = step | {"code": code_in(mails(app))}
    answer = program.post("/auth/token/unknown-device", json=shown)
    assert "access_token" in (answer.json or {})
    assert "Set-Cookie" not in answer.headers, "the address is verified by it, and a program is no browser"
    assert program.post("/auth/token", json=fields).status_code == 200


@pytest.mark.needs("basic", "posts")
def test_basic_which_can_take_no_step_is_refused_from_an_unknown_network(app: Flask) -> None:
    come_in(app, HOME)
    basic = {"Authorization": "Basic " + base64.b64encode(f"{EMAIL}:{PASSWORD}".encode()).decode()}
    program = FlaskClient(app, app.response_class, use_cookies=False)

    def ask(address: str) -> TestResponse:
        return program.get("/api/posts", headers=basic, environ_overrides={"REMOTE_ADDR": address})

    assert code(ask(AWAY)) == (403, "session_required")
    assert ask(HOME).status_code == 200


@pytest.mark.needs("password_reset")
def test_a_reset_makes_the_browser_known_in_which_it_is_done(app: Flask) -> None:
    browser = browser_at(app)
    browser.post("/auth/forgot-password", json={"email": EMAIL})
    (text,) = mails(app)
    found = re.search(r"#token=(\S+)", text)
    assert found is not None
    fields = {"token": found[1], "password": "another fine password of mine"}
    assert browser.post("/auth/reset-password", json=fields).status_code == 204
    assert sign_in(browser, fields["password"]).status_code == 200
    assert sign_in(browser_at(app, ELSEWHERE), fields["password"]).status_code == 202


@pytest.mark.needs("email_verification")
def test_so_does_a_link_that_verifies_the_address_but_not_for_an_administrator(app: Flask) -> None:
    browser, admin = browser_at(app), browser_at(app, ELSEWHERE)
    browser.post("/auth/resend-verification", json={"email": EMAIL})
    (text,) = mails(app)
    found = re.search(r"#token=(\S+)", text)
    assert found is not None
    assert browser.post("/auth/verify-email", json={"token": found[1], "password": PASSWORD}).status_code == 200
    assert sign_in(browser).status_code == 200
    assert sign_in(admin).status_code == 202


def test_the_first_sign_in_of_a_new_account_is_a_part_of_registering(app: Flask) -> None:
    browser = browser_at(app)
    browser.register("new@example.com")
    browser.sign_in("new@example.com")
    other = browser_at(app, ELSEWHERE).post("/auth/login", json={"email": "new@example.com", "password": PASSWORD})
    assert other.status_code == 202


def test_a_network_of_sessions_that_the_owner_disowned_is_unknown_again(app: Flask) -> None:
    come_in(app, AWAY)
    come_in(app, HOME)
    assert sign_in(browser_at(app, AWAY)).status_code == 200
    with app.app_context():
        with transaction():
            accounts.secure(accounts.get(EMAIL), since=clock.now() - timedelta(hours=1))
        accounts.set_password(EMAIL, PASSWORD)
    assert sign_in(browser_at(app, AWAY)).status_code == 202


def test_browsers_are_unknown_again_once_the_owner_says_that_it_was_not_them(app: Flask) -> None:
    stranger = come_in(app, AWAY)
    stranger.environ_base["REMOTE_ADDR"] = ELSEWHERE
    assert sign_in(stranger).status_code == 200
    with later(seconds=2), app.app_context():
        with transaction():
            accounts.secure(accounts.get(EMAIL), since=clock.now())
        accounts.set_password(EMAIL, PASSWORD)
        owner = come_in(app, HOME)
        owner.environ_base["REMOTE_ADDR"] = ELSEWHERE
        assert [sign_in(stranger).status_code, sign_in(owner).status_code] == [202, 200]


def test_a_cookie_that_names_the_day_is_good_still(app: Flask) -> None:
    with app.test_request_context():
        ada = accounts.get(EMAIL).id
        ((account, at),) = Device("name").after_sign_in(ada).accounts
        cookie = str(Device("name", ((account, at // A_DAY),)))
    with app.test_request_context(headers={"Cookie": f"known_device={cookie}"}):
        assert is_known_to(ada)
    with later(days=401), app.test_request_context(headers={"Cookie": f"known_device={cookie}"}):
        assert not is_known_to(ada)


@pytest.mark.needs("magic_link")
def test_who_comes_by_the_mailbox_is_not_asked(app: Flask) -> None:
    browser = browser_at(app)
    browser.post("/auth/magic-link", json={"email": EMAIL})
    shown = {"code": code_in(mails(app))}
    assert browser.post("/auth/magic-link/finish", json=shown).status_code == 200


@pytest.mark.needs("assurance", "totp")
def test_whoever_has_a_second_factor_is_asked_for_that_alone(app: Flask) -> None:
    browser = come_in(app, HOME)
    authenticator = enrolled(browser)
    stranger = browser_at(app, ELSEWHERE)
    waiting = sign_in(stranger).json or {}
    assert waiting["step"] == "second_factor"
    shown = {"token": waiting["token"], "code": authenticator.code()}
    assert stranger.post("/auth/totp/step", json=shown).status_code == 200


def test_it_is_off_by_default(shared_app: Callable[..., Flask]) -> None:
    app = shared_app()
    with app.app_context():
        accounts.register(EMAIL, PASSWORD)
        execute_write(sa.update(User).values(created_at=clock.now() - timedelta(days=30)))
    assert sign_in(browser_at(app)).status_code == 200
