"""How connections to PostgreSQL are set up where nothing stands in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.core import postgres
from app.core.database import reader
from app.extensions import db
from tests import databases
from tests.databases import SETTINGS

ServedAt = Callable[[str], Flask]


@pytest.fixture
def served_at() -> Iterator[ServedAt]:
    """``served_at(url)``: an app whose statements may take three seconds."""
    apps: list[Flask] = []

    def make(url: str) -> Flask:
        apps.append(create_app(replace(SETTINGS, database_url=url, database_timeout=3)))
        return apps[-1]

    yield make
    for app in apps:
        databases.close(app)


def shown(engine: sa.Engine, name: str) -> str:
    with engine.connect() as connection:
        return str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())


def test_both_pools_have_a_statement_timeout_and_count_in_utc(served_at: ServedAt, postgres_url: str) -> None:
    with served_at(postgres_url).app_context():
        for engine in (db.engine, reader()):
            assert (shown(engine, "statement_timeout"), shown(engine, "TimeZone")) == ("3s", "UTC")


def test_a_statement_timeout_of_the_url_is_left_alone(served_at: ServedAt, postgres_url: str) -> None:
    given = {"options": "-c statement_timeout=700 -c synchronous_commit=off"}
    url = sa.make_url(postgres_url).update_query_dict(given).render_as_string(hide_password=False)

    with served_at(url).app_context():
        assert (shown(reader(), "statement_timeout"), shown(reader(), "synchronous_commit")) == ("700ms", "off")


def test_a_migration_has_no_limit_and_requests_have_it_again(served_at: ServedAt, postgres_url: str) -> None:
    def limits(connection: sa.Connection) -> tuple[str, float | None]:
        driver = connection.connection.driver_connection
        assert isinstance(driver, postgres.Connection)
        return str(connection.exec_driver_sql("SHOW statement_timeout").scalar_one()), driver.patience

    with served_at(postgres_url).app_context(), db.engine.connect() as connection:
        with postgres.unlimited(connection):
            for _ in range(2):  # a migration may commit, and go on
                assert limits(connection) == ("0", None)
                connection.commit()

        assert limits(connection) == ("3s", 3 + postgres.NETWORK_SECONDS)
