"""Fixtures: the house."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.features.impersonation.people import ON, House, furnish, moved_into


@pytest.fixture
def at(shared_app: Callable[..., Flask]) -> House:
    return moved_into(shared_app(furnish, variables=ON))
