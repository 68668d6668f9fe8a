"""Fixtures: somebody who may invite, and the tokens that mails have."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.core import mail
from tests.client import Person

TOKEN = re.compile(r"/invitation#token=([\w-]+)")


@pytest.fixture
def boss(person: Callable[..., Person]) -> Person:
    return person("boss@example.com", role="admin")


@pytest.fixture
def mailed(app: Flask) -> Callable[..., list[str]]:
    """``mailed()``: sends what is due, and answers the tokens in the mails of this test, the oldest first."""
    with app.app_context():
        mail.memory(app).clear()

    def tokens() -> list[str]:
        with app.app_context():
            mail.deliver_due()
        return [TOKEN.findall(mail.text_of(message))[0] for message in mail.memory(app)]

    return tokens
