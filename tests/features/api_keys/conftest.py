"""Fixtures: owners of keys, as models, for tests of the service."""

from __future__ import annotations

import pytest
from flask import Flask

from app import accounts
from app.accounts import User
from tests.client import PASSWORD


@pytest.fixture
def owner(context: Flask) -> User:
    """Somebody who may read users and moderate posts."""
    return accounts.register("sam@example.com", PASSWORD, role="staff")


@pytest.fixture
def root(context: Flask) -> User:
    return accounts.register("root@example.com", PASSWORD, role="admin")
