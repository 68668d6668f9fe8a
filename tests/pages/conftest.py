"""Fixtures: an app whose pages are asked for, without a database, and somebody who goes there in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from tests import databases
from tests.databases import SETTINGS
from tests.pages.markup import Element, elements_of
from tests.pages.visiting import PAGES, html_of


@pytest.fixture(scope="session")
def visitor_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., FlaskClient]]:
    """``visitor_of(hosted_pages=False)``: a browser at an app with these settings."""
    made = []

    def make(**changes: Any) -> FlaskClient:
        unused: Path = tmp_path_factory.mktemp("pages") / "unused.db"
        app = create_app(replace(SETTINGS, database_url=f"sqlite:///{unused}", **changes))
        made.append(app)
        return app.test_client()

    yield make
    for app in made:
        databases.close(app)


@pytest.fixture(scope="session")
def visitor(visitor_of: Callable[..., FlaskClient]) -> FlaskClient:
    return visitor_of()


@pytest.fixture(params=PAGES)
def elements(visitor: FlaskClient, request: pytest.FixtureRequest) -> list[Element]:
    """Everything in a page, templates included; once for each page."""
    return elements_of(html_of(visitor, request.param))
