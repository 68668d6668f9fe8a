"""Fixtures: everybody's mailbox, and Ada with an address that she has shown to read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.core import mail
from tests.client import Person
from tests.features.email_change.mailbox import Mailbox, ask, confirm, verified


@pytest.fixture
def mailbox(app: Flask) -> Mailbox:
    mail.memory(app).clear()
    return Mailbox(app)


@pytest.fixture
def ada(app: Flask, person: Callable[..., Person], mailbox: Mailbox) -> Person:
    """Her address is verified."""
    del mailbox
    ada = person()
    verified(app, ada.email)
    return ada


@pytest.fixture
def move(mailbox: Mailbox) -> Callable[..., str]:
    """``move(ada, before, after)``: changes the address, and returns the link's token of the way back."""

    def change(who: Person, before: str, after: str) -> str:
        assert ask(who.browser, after).status_code == 202
        assert confirm(who.browser, mailbox.token(after)).status_code == 200
        return mailbox.token(before)

    return change
