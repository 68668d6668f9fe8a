"""A clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from app.core import clock


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """It goes on by what the test moves it by, and nobody's wait is over while a slow machine works."""
    with time_machine.travel(clock.now().replace(microsecond=0), tick=False) as traveller:
        yield traveller
