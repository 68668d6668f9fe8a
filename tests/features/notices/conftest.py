"""Fixtures: somebody with an account of some days, and what the worker sends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import User
from app.core import clock, mail
from app.core.database import transaction
from app.extensions import db
from tests.client import PASSWORD
from tests.features.notices.words import ADA, is_ours

Send = Callable[[], list[EmailMessage]]


@pytest.fixture
def sent(app: Flask) -> Iterator[Send]:
    """``sent()``: what the worker sends now, but for mails of other features, such as one that confirms an address."""
    messages = mail.memory(app)
    messages.clear()

    def send() -> list[EmailMessage]:
        with app.app_context():
            while mail.deliver_due():
                pass
        new = [message for message in messages if is_ours(message)]
        messages.clear()
        return new

    yield send
    messages.clear()


@pytest.fixture
def owner(app: Flask) -> User:
    """Ada, who has had her account for a month."""
    with app.app_context():
        user = accounts.register(ADA, PASSWORD)
        month = clock.now() - dt.timedelta(days=30)
        with transaction():
            db.session.execute(sa.update(User).where(User.id == user.id).values(created_at=month))
        return user
