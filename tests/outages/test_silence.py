"""PostgreSQL that does not answer: a network that drops everything, and locks that are not let go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from app import create_app
from app.core.database import reader
from app.extensions import db
from tests import databases
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.databases import SETTINGS
from tests.outages.relay import Relay, relayed
from tests.words import code

UNAVAILABLE = (503, "database_unavailable")
ANSWER_SECONDS = 120
"""Far more than an answer takes, and far less than for ever."""


@pytest.fixture
def served(new_database: Callable[[str, str], str]) -> Iterator[tuple[Flask, Relay]]:
    """An app that gives up early, and the network between it and its database."""
    url = new_database("postgresql", "far")
    databases.close(databases.migrated("postgresql", url).app)
    with relayed(url) as relay:
        app = create_app(replace(SETTINGS, database_url=relay.url, database_timeout=2))
        yield app, relay
        relay.go_on()
        databases.close(app)


def together(*asking: Callable[[], TestResponse]) -> list[tuple[int, str]]:
    """What each of them is told, asked at the same time. One who waits for ever is missing."""
    told: list[tuple[int, str]] = []
    threads = [threading.Thread(target=lambda ask=ask: told.append(code(ask())), daemon=True) for ask in asking]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ANSWER_SECONDS)
    return told


def test_a_network_that_drops_everything_ends_in_503_and_leaves_no_bad_connection(
    served: tuple[Flask, Relay],
) -> None:
    app, network = served
    ada = browser_of(app)
    ada.register()
    ada.sign_in()
    fields = {"email": "eve@example.com", "password": PASSWORD}
    asking = (
        lambda: ada.get("/api/profile"),  # the driver by itself
        lambda: browser_of(app).post("/auth/register", json=fields),  # the ORM in a transaction
        lambda: browser_of(app).get("/readyz"),
        lambda: browser_of(app).post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD}),
    )

    with app.app_context():
        before = _backends(db.engine) | _backends(reader())

    network.stop()
    assert together(*asking) == [UNAVAILABLE] * 4
    assert together(*asking) == [UNAVAILABLE] * 4  # new connections come to nothing either

    network.go_on()
    with app.app_context():
        assert (_backends(db.engine) | _backends(reader())) & before == set()
    assert sorted(together(*asking)) == [(200, ""), (200, ""), (200, ""), (201, "")]


def _backends(engine: sa.Engine) -> set[int]:
    """The server processes behind three connections of the pool, taken at once."""
    connections = [engine.connect() for _ in range(3)]
    pids = {connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() for connection in connections}
    for connection in connections:
        connection.close()
    return pids


@pytest.fixture
def hurried(make_app: Callable[..., Flask]) -> Flask:
    """An app that waits a second for a lock or a statement."""
    return make_app(database_timeout=1)


@pytest.fixture
def asked_again(hurried: Flask) -> list[str]:
    """The statements that were not left to the driver: what a hot statement that failed asks once more."""
    again: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        again.append(statement)

    with hurried.app_context():
        event.listen(reader(), "before_cursor_execute", note)
    return again


def test_a_statement_that_ran_out_of_time_is_not_asked_again(
    engine: str, hurried: Flask, asked_again: list[str], ada: Person, database: databases.Database
) -> None:
    browser = _moved(ada.browser, hurried)
    with database.app.app_context(), db.engine.connect() as other:
        if engine == "postgresql":
            other.exec_driver_sql("LOCK TABLE sessions")
            assert code(browser.get("/api/profile")) == UNAVAILABLE
        else:
            other.exec_driver_sql("BEGIN IMMEDIATE")
        assert code(browser.post("/auth/refresh")) == UNAVAILABLE
        other.rollback()

    assert asked_again == []
    assert browser.post("/auth/refresh").status_code == 200


def _moved(browser: Browser, app: Flask) -> Browser:
    """The same cookies at another app."""
    moved = browser_of(app)
    moved._cookies = browser._cookies
    return moved
