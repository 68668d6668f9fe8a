"""A span for each statement that a traced request sends to the database, with its placeholders and without a value.

Those of every request pass SQLAlchemy by (app/core/hot.py), and on PostgreSQL psycopg's cursors, too
(app/core/prepared.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from flask import Flask
from opentelemetry.trace import SpanKind, Tracer, get_current_span
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.extensions import db

LONGEST = 2_000
"""Characters of a statement."""


def begin(app: Flask, tracer: Tracer) -> None:
    with app.app_context():
        for engine in set(db.engines.values()):
            _trace(engine, tracer)


def _trace(engine: Engine, tracer: Tracer) -> None:
    if engine.name == "sqlite":
        connection = _sqlite_connection(tracer)

        def connect(_dialect: object, _record: object, _arguments: object, options: dict[str, Any]) -> None:
            options["factory"] = connection

        event.listen(engine, "do_connect", connect)
    else:
        cursor, ready = _psycopg_cursor(tracer), _ready(tracer)

        def equip(connection: Any, _record: object) -> None:
            connection.cursor_factory = cursor
            if connection.ready is not None:
                connection.ready = ready(connection)

        event.listen(engine, "connect", equip)


@contextmanager
def _span(tracer: Tracer, system: str, statement: object) -> Iterator[None]:
    """Of what no traced request asks, there is none."""
    if not get_current_span().is_recording():
        yield
        return
    text = str(statement)[:LONGEST]
    attributes = {"db.system.name": system, "db.query.text": text}
    name = text.split(None, 1)[0].upper() if text.strip() else system
    with tracer.start_as_current_span(name, kind=SpanKind.CLIENT, attributes=attributes, record_exception=False):
        yield


def _sqlite_connection(tracer: Tracer) -> type[sqlite3.Connection]:
    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = (), /) -> Self:
            with _span(tracer, "sqlite", sql):
                return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any, /) -> Self:
            with _span(tracer, "sqlite", sql):
                return super().executemany(sql, parameters)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

    return Connection


def _psycopg_cursor(tracer: Tracer) -> type[Any]:
    import psycopg  # noqa: PLC0415 (SQLite does not need it)

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            with _span(tracer, "postgresql", query):
                return super().execute(query, params, **options)

        def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
            with _span(tracer, "postgresql", query):
                super().executemany(query, params_seq, **options)

    return Cursor


def _ready(tracer: Tracer) -> type[Any]:
    from app.core import prepared  # noqa: PLC0415 (SQLite does not need its driver)

    class Ready(prepared.Ready):
        def execute(self, sql: str, parameters: Any) -> None:
            with _span(tracer, "postgresql", sql):
                super().execute(sql, parameters)

    return Ready
