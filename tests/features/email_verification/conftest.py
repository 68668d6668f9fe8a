"""The shared app, in which addresses may be verified, and one in which they have to be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.core import mail
from tests.client import PASSWORD
from tests.features.email_verification.mailbox import ADA, REQUIRED


@pytest.fixture(autouse=True)
def empty_mailboxes(app: Flask) -> None:
    mail.memory(app).clear()


@pytest.fixture
def strict(shared_app: Callable[..., Flask]) -> Flask:
    """REQUIRE_VERIFIED_EMAIL is on."""
    app = shared_app(variables=REQUIRED)
    mail.memory(app).clear()
    return app


@pytest.fixture
def unverified(strict: Flask) -> Flask:
    """With Ada's account in it, from before it was switched on."""
    with strict.app_context():
        accounts.register(ADA, PASSWORD)
    return strict
