"""Apps that tests share: making one takes longer than most of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app import create_app
from tests import databases
from tests.databases import SETTINGS, Database

COMPILE = Rule._compile_builder
_compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What makes a rule's URLs asks the rule for its converters, and is the same function for all rules alike."""
    if rule.defaults:
        return COMPILE(rule, append_unknown)
    key = (rule.rule, append_unknown, *rule._trace)
    if key not in _compiled:
        _compiled[key] = COMPILE(rule, append_unknown)
    return _compiled[key]


def pytest_configure() -> None:
    """Two functions for each route were half of what an app costs, and tests make two thousand apps."""
    Rule._compile_builder = _compile_once  # type: ignore[assignment]


@pytest.fixture(scope="session")
def apps_by_settings() -> dict[str, Flask]:
    """Those that ``shared_app`` has made in this process."""
    return {}


@pytest.fixture
def shared_app(database: Database, apps_by_settings: dict[str, Flask]) -> Iterator[Callable[..., Flask]]:
    """``shared_app(refresh_grace=…)``: as ``make_app``, but the same for all tests that ask for these settings.

    It is not for those that add something of their own to it, or are about what an app remembers. ``views`` adds what
    all who name it want to be there.
    """
    used: list[Flask] = []

    def get(views: Callable[[Flask], None] | None = None, **changes: Any) -> Flask:
        key = f"{database.url} {views} {sorted(changes.items())}"
        if key not in apps_by_settings:
            apps_by_settings[key] = create_app(replace(SETTINGS, database_url=database.url, **changes))
            if views:
                views(apps_by_settings[key])
        used.append(apps_by_settings[key])
        return used[-1]

    yield get
    for app in used:
        databases.close(app)
