"""Ada has an account; the clock stands still."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from app import accounts
from tests.client import PASSWORD, Browser, browser_of
from tests.features.throttle.guessing import ADA


@pytest.fixture
def guessed_at(app: Flask, now: time_machine.Traveller) -> Callable[[], Browser]:
    """Makes browsers of strangers, in an app where Ada has an account."""
    del now
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    return lambda: browser_of(app)


@pytest.fixture
def stranger(guessed_at: Callable[[], Browser]) -> Browser:
    return guessed_at()
