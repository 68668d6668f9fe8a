"""PostgreSQL undoes a transaction to let another one go on (40001, a deadlock): it is done once more, or said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from app.extensions import db
from tests.client import PASSWORD, Person
from tests.databases import Database
from tests.words import code

pytestmark = [pytest.mark.needs("posts"), pytest.mark.parametrize("engine", ["postgresql"], indirect=True)]

UNAVAILABLE = (503, "database_unavailable")
UNDOING = """
CREATE SEQUENCE undoings;
CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('undoings') <= {times} THEN
        RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '{sqlstate}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER undoing BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION undo();
"""


@pytest.fixture
def undone(database: Database) -> Iterator[Callable[[str, int, str], None]]:
    """``undone("posts", 1, "40001")``: the first so many inserts are."""

    def make(table: str, times: int, sqlstate: str) -> None:
        run(database.app, UNDOING.format(table=table, times=times, sqlstate=sqlstate))

    yield make
    run(database.app, "DROP FUNCTION undo CASCADE; DROP SEQUENCE undoings")


def run(app: Flask, statements: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql(statements)


def titles(app: Flask) -> list[str]:
    with app.app_context(), db.engine.connect() as connection:
        return list(connection.execute(sa.text("SELECT title FROM posts")).scalars())


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_what_was_undone_is_done_once_more(
    sqlstate: str, app: Flask, ada: Person, undone: Callable[[str, int, str], None]
) -> None:
    undone("posts", 1, sqlstate)

    assert ada.browser.post("/api/posts", json={"title": "a", "body": ""}).status_code == 201
    assert titles(app) == ["a"]


def test_what_is_undone_again_and_again_is_503(
    app: Flask, ada: Person, undone: Callable[[str, int, str], None]
) -> None:
    undone("posts", 2, "40001")

    refused = ada.browser.post("/api/posts", json={"title": "a", "body": ""})
    assert (code(refused), refused.headers["Retry-After"]) == (UNAVAILABLE, "1")
    assert titles(app) == []
    assert ada.browser.post("/api/posts", json={"title": "a", "body": ""}).status_code == 201


def test_what_has_committed_something_before_is_not_done_twice(
    ada: Person, undone: Callable[[str, int, str], None]
) -> None:
    """A sign-in was charged before the password was looked at: it would be charged twice."""
    undone("sessions", 1, "40001")

    assert code(ada.browser.post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD})) == UNAVAILABLE
