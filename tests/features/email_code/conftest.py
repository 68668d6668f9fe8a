"""An app with codes by mail, people who have turned them on, and what is in their mailboxes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from app import accounts
from app.core import mail
from app.core.mail import text_of
from tests.client import PASSWORD, Browser, browser_of
from tests.databases import SETTINGS
from tests.words import without_notices

EMAIL = "ada@example.com"
PATH = "/auth/email-code"


@dataclass(frozen=True)
class Post:
    """What was mailed since it was looked at last, but for notices."""

    app: Flask

    def codes(self) -> list[str]:
        with self.app.app_context():
            mail.deliver_due()
        kept = mail.memory(self.app)
        found = [re.findall(r"^\d{6}$", text_of(message), re.MULTILINE) for message in without_notices(kept)]
        kept.clear()
        return [code for codes in found for code in codes]

    def only(self) -> str:
        (found,) = self.codes()
        return found


ON = {**SETTINGS.variables, "EMAIL_CODE": "true", "THROTTLE_MAILS_PER_ADDRESS": "20"}


@pytest.fixture
def app(shared_app: Callable[..., Flask]) -> Flask:
    return with_ada(shared_app(variables=ON))


def with_ada(app: Flask) -> Flask:
    with app.app_context():
        accounts.register(EMAIL, PASSWORD)
    mail.memory(app).clear()
    return app


@pytest.fixture
def post(app: Flask) -> Post:
    return Post(app)


def turn_on(browser: Browser, post: Post) -> None:
    begun = browser.post(PATH)
    assert begun.status_code == 202, begun.text
    confirmed = browser.post(f"{PATH}/confirm", json={"code": post.codes()[-1]})
    assert confirmed.status_code == 204, confirmed.text


@pytest.fixture
def ada(app: Flask, post: Post) -> Browser:
    return with_codes(app)


def with_codes(app: Flask) -> Browser:
    """Ada's, who is signed in, and has just turned codes on."""
    browser = browser_of(app)
    browser.sign_in()
    turn_on(browser, Post(app))
    return browser


def step_of(browser: Browser, methods: str = "email_code") -> str:
    waiting = browser.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
    assert (waiting.status_code, (waiting.json or {})["step"]) == (202, "second_factor"), waiting.text
    assert (waiting.json or {})["facts"] == {"methods": methods}
    return str((waiting.json or {})["token"])


def mailed(browser: Browser, post: Post, token: str) -> str:
    """The code that was mailed for a step."""
    asked = browser.post(f"{PATH}/step/mail", json={"token": token})
    assert (asked.status_code, asked.json) == (202, {"expires_in": 600}), asked.text
    return post.only()


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06}"
