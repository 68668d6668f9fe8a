"""What was mailed, and the ways that people go from there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage

from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from app.core import clock, mail
from app.core.database import transaction
from tests.client import Browser

CHANGE = "/auth/email-change"


@dataclass(frozen=True)
class Mailbox:
    """Everybody's. What is queued is sent when somebody looks."""

    app: Flask

    def all(self) -> list[EmailMessage]:
        with self.app.app_context():
            mail.deliver_due()
        return mail.memory(self.app)

    def latest(self, to: str) -> EmailMessage:
        return [message for message in self.all() if message["To"] == to][-1]

    def subjects(self, to: str) -> list[str]:
        return [message["Subject"] for message in self.all() if message["To"] == to]

    def token(self, to: str) -> str:
        return token_in(self.latest(to))

    def code(self, to: str) -> str:
        found = re.search(r"^(\d{6})$", mail.text_of(self.latest(to)), re.MULTILINE)
        assert found is not None
        return found[1]


def token_in(message: EmailMessage) -> str:
    found = re.search(r"#token=(\S+)", mail.text_of(message))
    assert found is not None, mail.text_of(message)
    return found[1]


def verified(app: Flask, email: str) -> None:
    """They have shown that they read their address."""
    with app.app_context(), transaction():
        accounts.get(email).email_verified_at = clock.now()


def ask(browser: Browser, email: str) -> TestResponse:
    return browser.post(CHANGE, json={"email": email})


def confirm(browser: Browser, token: str) -> TestResponse:
    return browser.post(f"{CHANGE}/confirm", json={"token": token})


def undo(browser: Browser, token: str) -> TestResponse:
    return browser.post(f"{CHANGE}/undo", json={"token": token})
