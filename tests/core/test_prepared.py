"""Hot statements by libpq's own functions: they answer what a cursor does, and fail as one does."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import prepared
from app.core.database import reader
from app.core.hot import HotRead
from app.core.postgres import Connection
from app.core.prepared import Ready
from tests.databases import Database

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)

NOON = dt.datetime(2026, 11, 30, 12, 0, 0, 123456, dt.UTC)
MEGABYTES = 16 * 2**20
"""More than the kernel takes at once, both ways."""


@pytest.fixture
def connection(context: Flask) -> Iterator[Connection]:
    """One of those that rest."""
    del context
    lent = reader().raw_connection()
    driver = lent.driver_connection
    assert isinstance(driver, Connection)
    yield driver
    lent.close()


@pytest.fixture
def ready(connection: Connection) -> Ready:
    assert connection.ready is not None
    return connection.ready


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uuid", uuid.UUID(int=7)),
        ("text", "Zoë, 東京 \U0001f600"),
        ("text", ""),
        ("text", None),
        ("boolean", True),
        ("integer", -7),
        ("bigint", 2**40),
        ("numeric", Decimal("1.50")),
        ("double precision", 0.1),
        ("timestamptz", NOON),
        ("bytea", b"\x00\xff"),
        ("jsonb", None),
    ],
)
def test_a_value_goes_in_and_comes_out_as_by_a_cursor(
    connection: Connection, ready: Ready, kind: str, value: object
) -> None:
    by_cursor = connection.execute(f"SELECT %s::{kind}, %s::{kind} IS NULL", [value, value]).fetchone()
    for _ in range(2):  # prepared, then known
        ready.execute(f"SELECT $1::{kind}, $1::{kind} IS NULL", [value])
        assert ready.fetchone() == by_cursor == (value, value is None)


def test_one_text_takes_parameters_of_several_types(ready: Ready) -> None:
    for number in (1, 2**40, 2, None):
        ready.execute("SELECT $1::bigint + 1", [number])
        assert ready.fetchone() == (None if number is None else number + 1,)


def test_only_so_many_are_kept(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def named() -> int:
        row = connection.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'flaskport%'").fetchone()
        assert row is not None
        return int(row[0])

    monkeypatch.setattr(prepared, "MOST", 2)
    before, ready = named(), Ready(connection)
    for _ in range(2):
        for number in range(4):
            ready.execute(f"SELECT $1::integer + {number}", [1])
            assert ready.fetchone() == (1 + number,)
    assert named() == before + 2


def test_rows_and_counts_are_those_of_a_cursor(ready: Ready) -> None:
    ready.execute("SELECT n FROM generate_series(1, $1) AS n", [3])
    assert (ready.fetchall(), ready.rowcount) == ([(1,), (2,), (3,)], 3)
    ready.execute("SELECT n FROM generate_series(1, $1) AS n", [0])
    assert (ready.fetchone(), ready.fetchall(), ready.rowcount) == (None, [], 0)


def test_what_the_kernel_does_not_take_at_once_arrives_whole(ready: Ready) -> None:
    sent = "é" * (MEGABYTES // 2)
    ready.execute("SELECT $1::text", [sent])
    assert ready.fetchone() == (sent,)


def test_an_error_is_the_servers_own_and_the_next_statement_works(ready: Ready) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero) as caught:
        ready.execute("SELECT 1 / $1::integer", [0])
    assert caught.value.sqlstate == "22012"
    with pytest.raises(psycopg.errors.UndefinedTable):
        ready.execute("SELECT $1::text FROM no_such_table", [""])
    ready.execute("SELECT 1 / $1::integer", [1])
    assert ready.fetchone() == (1,)


def test_a_server_that_is_silent_is_given_up_in_time(connection: Connection, ready: Ready) -> None:
    connection.patience = 0.2
    with pytest.raises(psycopg.errors.QueryCanceled, match="no answer in"):
        ready.execute("SELECT pg_sleep($1)", [60])
    assert connection.closed
    assert not connection.servers.is_young(connection)


def test_one_that_dies_meanwhile_is_an_operational_error(connection: Connection, ready: Ready) -> None:
    with pytest.raises(psycopg.OperationalError):
        ready.execute("SELECT pg_terminate_backend($1)", [connection.info.backend_pid])
    assert connection.closed
    assert not connection.servers.is_young(connection)


def test_nothing_is_prepared_where_that_is_not_wanted(make_app: Callable[..., Flask], database: Database) -> None:
    url = sa.make_url(database.url).update_query_dict({"prepare_threshold": "none"})
    with make_app(database_url=url.render_as_string(hide_password=False)).app_context():
        assert HotRead(sa.select(sa.literal("x", sa.Text))).first({}) == ("x",)
        lent = reader().raw_connection()
        assert isinstance(lent.driver_connection, Connection)
        assert lent.driver_connection.ready is None
        lent.close()
