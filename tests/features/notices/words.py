"""What tests of notices say in the same words."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any

from flask import Flask

from app.core import mail
from tests.client import PASSWORD, Browser, browser_of

ADA = "ada@example.com"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
LINK = re.compile(r"/not-me#token=([\w-]+)")


def come_in(app: Flask, browser: Browser | None = None, *, agent: str = FIREFOX, **environ: Any) -> Browser:
    """Sign Ada in, in a new browser or in this one."""
    browser = browser or browser_of(app)
    fields = {"email": ADA, "password": PASSWORD}
    response = browser.post("/auth/login", json=fields, headers={"User-Agent": agent}, environ_base=environ)
    assert response.status_code == 200, response.text
    return browser


def subjects(messages: list[EmailMessage]) -> list[str]:
    return [str(message["Subject"]) for message in messages]


def text_of(message: EmailMessage) -> str:
    return mail.text_of(message)


def is_ours(message: EmailMessage) -> bool:
    """A notice, or the mail that can be switched off."""
    always = LINK.search(text_of(message)) is not None
    return always or str(message["Subject"]).endswith(("was deleted", "expires soon"))


def token_of(message: EmailMessage) -> str:
    """The secret of "this wasn't me"."""
    found = LINK.search(text_of(message))
    assert found is not None, text_of(message)
    return found[1]
