"""PgBouncer in between, in every pool mode that the documents call right, without a setting of ours."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.accounts import User
from app.core.database import read_one, reader, timed_out
from app.core.hot import HotRead
from app.extensions import db
from tests import databases
from tests.client import browser_of
from tests.databases import MIGRATIONS, SETTINGS
from tests.outages.pgbouncer import pooled


@pytest.fixture(scope="module")
def url(new_database: Callable[[str, str], str]) -> str:
    """A migrated database that is in Tokyo, as some are."""
    url = new_database("postgresql", "pooled")
    databases.close(databases.migrated("postgresql", url).app)
    with databases._server(url) as connection:
        connection.exec_driver_sql(f"ALTER DATABASE \"{sa.make_url(url).database}\" SET timezone = 'Asia/Tokyo'")
    return url


@pytest.fixture(params=["session", "transaction"])
def through(request: pytest.FixtureRequest, url: str) -> Iterator[str]:
    with pooled(url, request.param) as through:
        yield through
        databases.empty(url)


@pytest.fixture
def behind(through: str) -> Iterator[Flask]:
    app = create_app(replace(SETTINGS, database_url=through))
    yield app
    databases.close(app)


def test_many_at_once_get_their_own_answers(behind: Flask) -> None:
    answers: list[tuple[int, object]] = []

    def visit(number: int) -> None:
        browser, email = browser_of(behind), f"visitor{number}@example.com"
        browser.register(email)
        # Drivers prepare a statement at its fifth use or so, under names of their own.
        for _ in range(8):
            browser.sign_in(email)
            answers.append((browser.post("/auth/refresh").status_code, None))
            profile = browser.get("/api/profile")
            answers.append((profile.status_code, (profile.json or {}).get("email") == email))
            answers.append((browser.get("/auth/sessions").status_code, None))

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 96
    assert set(answers) == {(200, None), (200, True)}


def test_it_is_migrated_and_ready(behind: Flask) -> None:
    assert browser_of(behind).get("/readyz").json == {"status": "ok", "schema": "current"}


def test_times_are_in_utc_whatever_the_database_says(behind: Flask) -> None:
    browser_of(behind).register()
    statement = sa.select(User.created_at)
    with behind.app_context():
        row, hot = read_one(statement, {}), HotRead(statement).first({})

    assert row is not None
    assert hot is not None
    assert (row[0].tzinfo, hot[0].tzinfo) == (dt.UTC, dt.UTC)


def test_a_statement_that_takes_too_long_is_ended_on_the_server_too(through: str, url: str) -> None:
    hurried = create_app(replace(SETTINGS, database_url=through, database_timeout=1))
    with hurried.app_context(), pytest.raises(sa.exc.OperationalError) as caught:
        read_one(sa.select(sa.func.pg_sleep(600)), {})
    databases.close(hurried)

    assert timed_out(caught.value.orig)
    sleeping = sa.text("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'")
    deadline = time.monotonic() + 60
    with databases._server(url) as connection:
        while connection.scalar(sleeping):
            assert time.monotonic() < deadline, "the server still works for nobody"
            time.sleep(0.05)


def test_nothing_of_ours_stays_on_a_server_connection_that_others_use(behind: Flask, url: str) -> None:
    browser_of(behind).register()
    with behind.app_context():
        for engine in (db.engine, reader()):
            with engine.connect() as connection:
                assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "0"


def test_what_limits_statements_behind_it_is_said_before_a_migration(
    through: str, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It could not be lifted for all that is to come: an index of a million rows would be broken off."""
    name = sa.make_url(url).database
    app = create_app(replace(SETTINGS, database_url=through))
    with databases._server(url) as server:
        server.exec_driver_sql(f"ALTER DATABASE \"{name}\" SET statement_timeout = '15s'")
        with app.app_context(), pytest.raises(SystemExit):
            upgrade(MIGRATIONS)
        server.exec_driver_sql(f'ALTER DATABASE "{name}" RESET statement_timeout')
    databases.close(app)

    (told,) = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert told.startswith(
        "Error: Migrate past it, by the server's own DATABASE_URL: a pooler stands before PostgreSQL"
    )
