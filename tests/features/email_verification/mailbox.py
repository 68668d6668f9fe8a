"""What lies in somebody's mailbox, and what they do with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.core import mail
from tests.client import PASSWORD, Browser, browser_of

ADA = "ada@example.com"
OURS = ("Confirm your e-mail address", "You have an account at")
REQUIRED = {"MAIL_URL": "memory:", "REQUIRE_VERIFIED_EMAIL": "true"}


@dataclass(frozen=True)
class Letter:
    """A mail as its reader sees it."""

    to: str
    subject: str
    text: str

    @property
    def token(self) -> str:
        return self._found(r"/verify#token=([\w-]{43})\n")

    @property
    def code(self) -> str:
        return self._found(r"^(\d{6})$")

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.text, re.MULTILINE)
        assert found is not None, self.text
        return found.group(1)


def letters(app: Flask) -> list[Letter]:
    """What this feature has sent by now, the first first."""
    with app.app_context():
        mail.deliver_due()
    sent = [Letter(str(each["To"]), str(each["Subject"]), mail.text_of(each)) for each in mail.memory(app)]
    return [each for each in sent if each.subject.startswith(OURS)]


def sign_up(app: Flask, email: str = ADA, **fields: Any) -> Browser:
    """Register in a browser of one's own."""
    browser = browser_of(app)
    answer = browser.post("/auth/register", json={"email": email, "password": PASSWORD, **fields})
    assert answer.status_code in {201, 202}, answer.text
    return browser


def verify(browser: Browser, **fields: Any) -> TestResponse:
    return browser.post("/auth/verify-email", json=fields)


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, (answer.json or {}).get("code", "")


def who(browser: Browser) -> str | None:
    """Who is signed in there."""
    user = (browser.get("/auth/session").json or {})["user"]
    return user and str(user["email"])
