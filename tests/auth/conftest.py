"""Fixtures: somebody on the staff, a program, and an operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.client import Browser, Person


@pytest.fixture
def sam(person: Callable[..., Person]) -> Person:
    """Somebody on the staff."""
    return person("sam@example.com", "staff")


@pytest.fixture
def program(new_browser: Callable[[], Browser]) -> Browser:
    """A client without cookies, and without the headers of browsers."""
    return new_browser()


@pytest.fixture
def domain(app: Flask) -> Callable[..., Any]:
    """``domain(accounts.set_active, "ada@example.com", False)``: what an operator does meanwhile."""

    def call(command: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with app.app_context():
            return command(*args, **kwargs)

    return call
