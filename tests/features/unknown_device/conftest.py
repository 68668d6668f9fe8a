"""An app in which unknown devices are asked, and Ada, who has had an account for long and was never signed in."""

from __future__ import annotations

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
from app.core import clock, mail
from app.core.database import execute_write
from app.core.mail import text_of
from tests.client import PASSWORD, Browser, browser_of
from tests.databases import SETTINGS
from tests.words import without_notices

EMAIL, PATH = "ada@example.com", "/auth/unknown-device"
HOME, AWAY, ELSEWHERE = "192.0.2.7", "198.51.100.1", "203.0.113.5"
ON = {**SETTINGS.variables, "UNKNOWN_DEVICE_CODE": "true", "BASIC_AUTH": "true"}


@pytest.fixture
def app(shared_app: Callable[..., Flask]) -> Flask:
    """Ada has an account of long ago, and was never signed in."""
    app = shared_app(variables=ON)
    with app.app_context():
        accounts.register(EMAIL, PASSWORD)
        execute_write(sa.update(User).values(created_at=clock.now() - timedelta(days=30)))
    mail.memory(app).clear()
    return app


def browser_at(app: Flask, address: str = AWAY) -> Browser:
    browser = browser_of(app)
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def sign_in(browser: FlaskClient, password: str = PASSWORD) -> TestResponse:
    return browser.post("/auth/login", json={"email": EMAIL, "password": password})


def step_of(browser: Browser) -> str:
    waiting = sign_in(browser)
    step = waiting.json or {}
    assert (waiting.status_code, step["step"], step["facts"]) == (202, "unknown_device", {}), waiting.text
    assert step["page"].startswith("/unknown-device?step=unknown_device&token=")
    return str(step["token"])


def mails(app: Flask) -> list[str]:
    with app.app_context():
        mail.deliver_due()
    found = [text_of(message) for message in without_notices(mail.memory(app))]
    mail.memory(app).clear()
    return found


def mailed(browser: Browser, token: str) -> str:
    assert browser.post(f"{PATH}/mail", json={"token": token}).json == {"expires_in": 600}
    texts = mails(browser.application)
    assert f"network address {browser.environ_base['REMOTE_ADDR']}" in texts[0]
    return code_in(texts)


def code_in(texts: list[str]) -> str:
    """Of the only mail."""
    (text,) = texts
    (found,) = re.findall(r"^\d{6}$", text, re.MULTILINE)
    return str(found)


def come_in(app: Flask, address: str) -> Browser:
    browser = browser_at(app, address)
    token = step_of(browser)
    answer = browser.post(PATH, json={"token": token, "code": mailed(browser, token)})
    assert answer.status_code == 200, answer.text
    return browser


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06}"
