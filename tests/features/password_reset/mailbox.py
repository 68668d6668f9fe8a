"""What is asked for and what arrives, as the tests of this feature read it."""

from __future__ import annotations

import re
from email.message import EmailMessage

from flask import Flask
from werkzeug.test import TestResponse

from app.core import mail
from app.core.mail import text_of
from tests.client import Browser
from tests.words import without_notices

ADA = "ada@example.com"
NEW = "seven blue teapots"


def ask(browser: Browser, email: str = ADA) -> TestResponse:
    return browser.post("/auth/forgot-password", json={"email": email})


def delivered(app: Flask) -> list[EmailMessage]:
    """The mails that are due, sent by now; each once. Of notices there are other tests."""
    with app.app_context():
        kept = mail.memory(app)
        kept.clear()
        mail.deliver_due()
        return without_notices(kept)


def token_of(message: EmailMessage) -> str:
    return str(re.findall(r"/reset-password#token=(\S+)", text_of(message))[0])


def code_of(message: EmailMessage) -> str:
    return str(re.findall(r"^(\d{6})$", text_of(message), re.MULTILINE)[0])


def link_for(app: Flask, browser: Browser, email: str = ADA) -> str:
    assert ask(browser, email).status_code == 202
    [message] = delivered(app)
    return token_of(message)


def code_for(app: Flask, browser: Browser, email: str = ADA) -> str:
    assert ask(browser, email).status_code == 202
    [message] = delivered(app)
    return code_of(message)


def finish(browser: Browser, password: str = NEW, **proof: str) -> TestResponse:
    return browser.post("/auth/reset-password", json={"password": password, **proof})


def refused(response: TestResponse) -> tuple[int, str]:
    return response.status_code, (response.json or {})["code"]


def sign_in(browser: Browser, password: str, email: str = ADA) -> TestResponse:
    return browser.post("/auth/login", json={"email": email, "password": password})
