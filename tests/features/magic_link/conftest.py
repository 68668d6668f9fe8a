"""People who ask for links, and what is in their mailboxes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from flask import Flask

from app import accounts
from app.core import mail
from app.core.mail import text_of
from tests.client import Browser
from tests.words import without_notices

ASK, FINISH = "/auth/magic-link", "/auth/magic-link/finish"
EMAIL = "ada@example.com"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"


@dataclass(frozen=True)
class Mailed:
    token: str
    code: str
    link: str
    message: EmailMessage


def read(message: EmailMessage) -> Mailed:
    text = text_of(message)
    link = re.search(r"^https?://\S+#token=(\S+)$", text, re.MULTILINE)
    code = re.search(r"^\d{6}$", text, re.MULTILINE)
    return Mailed(link[1] if link else "", code[0] if code else "", link[0] if link else "", message)


@dataclass(frozen=True)
class Post:
    """What was mailed since it was looked at last, but for notices, of which there are other tests."""

    app: Flask

    def everything(self) -> list[Mailed]:
        with self.app.app_context():
            mail.deliver_due()
        kept = mail.memory(self.app)
        found = [read(message) for message in without_notices(kept)]
        kept.clear()
        return found

    def only(self) -> Mailed:
        (found,) = self.everything()
        return found


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    mail.memory(app).clear()
    yield Post(app)
    mail.memory(app).clear()


@pytest.fixture
def account(app: Flask) -> Callable[..., str]:
    """``account(verified=False)``: the address of an account without a password."""

    def make(email: str = EMAIL, *, verified: bool = True) -> str:
        with app.app_context():
            accounts.register(email, None)
            if verified:
                accounts.mark_verified(email)
        return email

    return make


def ask(browser: Browser, email: str = EMAIL, **fields: object) -> None:
    answer = browser.post(ASK, json={"email": email, **fields}, headers={"User-Agent": CHROME})
    assert (answer.status_code, answer.json) == (202, {"expires_in": 900, "code_expires_in": 600}), answer.text


def who(browser: Browser) -> str | None:
    user = (browser.get("/auth/session").json or {})["user"]
    return None if user is None else str(user["email"])
