"""The shared app, in which addresses may be verified, and one in which they have to be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.core import mail
from tests.features.email_verification.mailbox import REQUIRED


@pytest.fixture(autouse=True)
def empty_mailboxes(app: Flask) -> None:
    mail.memory(app).clear()


@pytest.fixture
def strict(shared_app: Callable[..., Flask]) -> Flask:
    """REQUIRE_VERIFIED_EMAIL is on."""
    app = shared_app(variables=REQUIRED)
    mail.memory(app).clear()
    return app
