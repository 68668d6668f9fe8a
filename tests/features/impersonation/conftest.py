"""Fixtures: the house."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.features.impersonation.people import House, house


@pytest.fixture
def at(make_app: Callable[..., Flask]) -> House:
    return house(make_app)
