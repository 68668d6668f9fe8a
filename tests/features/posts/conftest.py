"""People who call procedures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.client import Person
from tests.trpc.client import Rpc, rpc_of


@pytest.fixture
def rpc(app: Flask) -> Rpc:
    """A stranger's browser."""
    return rpc_of(app)


@pytest.fixture
def calling(app: Flask, person: Callable[..., Person]) -> Callable[..., Rpc]:
    """``calling("sam@example.com", role="staff")``: somebody's browser, signed in."""

    def make(email: str, role: str = "user") -> Rpc:
        person(email, role=role)
        browser = rpc_of(app)
        browser.sign_in(email)
        return browser

    return make


@pytest.fixture
def signed_in(app: Flask, ada: Person) -> Rpc:
    """Ada's browser."""
    browser = rpc_of(app)
    browser.sign_in(ada.email)
    return browser
