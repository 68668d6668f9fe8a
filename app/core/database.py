"""Both engines made to behave alike, the transaction of a command, and the fast read of a guard."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import sqlalchemy as sa
import uuid_utils.compat
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.extensions import db, migrate
from config import Config

READER = "reader"
"""A second pool whose connections autocommit: a read then costs no BEGIN and no ROLLBACK, a write one round trip."""
CONNECT_SECONDS = 5
POOL_WAIT_SECONDS = 10
SQLITE_WAIT_SECONDS = 15
STATEMENT_TIMEOUT_MS = 15_000
"""Longer than any statement of ours takes: a hanging one must not hold a worker for ever."""

new_id = uuid_utils.compat.uuid7
"""A uuid7 as the standard ``uuid.UUID``: ids sort by creation time. They are names, never secrets."""


def init_app(app: Flask, config: Config) -> None:
    url = sa.make_url(config.database_url)
    sqlite = url.get_backend_name() == "sqlite"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    # Parameters hold addresses and hashes: they must not reach a log through an exception's text.
    options: dict[str, Any] = {"pool_timeout": POOL_WAIT_SECONDS, "hide_parameters": True}
    if sqlite:
        writing: dict[str, Any] = {"timeout": SQLITE_WAIT_SECONDS, "isolation_level": "IMMEDIATE"}
        reading: dict[str, Any] = {"timeout": SQLITE_WAIT_SECONDS}
    else:
        writing = reading = {
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
        }
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {**options, "connect_args": writing, "pool_pre_ping": not sqlite}
    app.config["SQLALCHEMY_BINDS"] = {
        READER: {
            **options,
            "url": url,
            "connect_args": reading,
            "isolation_level": "AUTOCOMMIT",
            "skip_autocommit_rollback": True,
        }
    }
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True, compare_type=True, render_item=_render_item)
    if sqlite:
        with app.app_context():
            for engine in db.engines.values():
                event.listen(engine, "connect", _set_pragmas)
            event.listen(db.engine, "savepoint", _open_before_savepoint)


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    """Readers that never block writers, foreign keys that hold, and commits that survive a power cut."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _open_before_savepoint(connection: sa.Connection, _name: str) -> None:
    # sqlite3 opens no transaction for SAVEPOINT; without this, releasing one would commit.
    _begin_immediate(connection)


def _begin_immediate(connection: sa.Connection) -> None:
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _render_item(kind: str, item: object, _context: object) -> str | bool:
    """Keep our own types out of migrations: they must run without the app's code of their day."""
    if kind == "type" and type(item).__name__ == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def transaction() -> Iterator[None]:
    """One command's transaction: commits at the outermost level, rolls back on any exception.

    On SQLite it takes the write lock at once, so that what is read inside it cannot change under it; on
    PostgreSQL, lock the rows that a decision rests on (``locking``). Never hold it over a password hash, a mail
    or an HTTP call.
    """
    session = db.session()
    if session.info.get("in_transaction"):
        yield
        return
    session.info["in_transaction"] = True
    try:
        _begin_immediate(session.connection())
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["in_transaction"] = False


S = TypeVar("S", bound="sa.Select[*tuple[Any, ...]]")


def locking(statement: S) -> S:
    """The select, locking its rows until the transaction ends, and reading them as they are now.

    Without the second part the session would hand out what it remembers of them from before the lock.
    """
    return statement.with_for_update().execution_options(populate_existing=True)


def execute_write(statement: sa.Executable, parameters: Mapping[str, Any]) -> int:
    """One statement as its own transaction. Returns the number of rows that it touched."""
    with _reader().begin() as connection:
        return connection.execute(statement, parameters).rowcount


def read_one(statement: sa.Executable, parameters: Mapping[str, Any]) -> sa.Row[Any] | None:
    """The first row of a Core statement, outside any transaction.

    A pooled connection that died while idle (the server was restarted) is replaced once, in silence.
    """
    try:
        return _read_one(statement, parameters)
    except sa.exc.DBAPIError as error:
        if not error.connection_invalidated:
            raise
        return _read_one(statement, parameters)


def _read_one(statement: sa.Executable, parameters: Mapping[str, Any]) -> sa.Row[Any] | None:
    with _reader().connect() as connection:
        return connection.execute(statement, parameters).first()


class HotRead:
    """A select for every request: compiled once by Core, then run by the driver itself.

    It returns what ``read_one`` does, as a plain tuple, at a third of the cost (docs/decisions/0004): no result
    object, no column descriptions. Values pass through Core's own converters, so types are the same.
    """

    def __init__(self, statement: sa.Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def first(self, parameters: Mapping[str, Any]) -> Sequence[Any] | None:
        engine = _reader()
        plan = self._plans.get(engine.name)
        if plan is None:
            plan = self._plans[engine.name] = _Plan.of(self._statement, engine)
        try:
            connection = engine.raw_connection()
        except plan.errors as error:
            raise sa.exc.OperationalError(plan.sql, None, error) from error
        try:
            cursor = connection.cursor()
            cursor.execute(plan.sql, plan.bind(parameters))
            row = cursor.fetchone()
            cursor.close()
        except plan.errors:
            # Whatever it was, asked again the ordinary way it either works or has its proper name.
            connection.invalidate()
            return read_one(self._statement, parameters)
        except BaseException:
            connection.invalidate()
            raise
        connection.close()
        return None if row is None else plan.convert(row)


@dataclass(frozen=True, slots=True)
class _Plan:
    sql: str
    names: tuple[str, ...]
    positional: bool
    binders: Mapping[str, Callable[[Any], Any]]
    converters: tuple[Callable[[Any], Any] | None, ...]
    errors: type[Exception]

    @classmethod
    def of(cls, statement: sa.Select[*tuple[Any, ...]], engine: Engine) -> _Plan:
        dialect = engine.dialect
        compiled = statement.compile(dialect=dialect)
        binders = {}
        for name, parameter in compiled.binds.items():
            binder = parameter.type.dialect_impl(dialect).bind_processor(dialect)
            if binder is not None:
                binders[name] = binder
        return cls(
            sql=str(compiled),
            names=tuple(compiled.positiontup or compiled.binds),
            positional=compiled.positional,
            binders=binders,
            converters=tuple(
                column.type.dialect_impl(dialect).result_processor(dialect, None)
                for column in statement.selected_columns
            ),
            errors=cast("type[Exception]", dialect.loaded_dbapi.Error),
        )

    def bind(self, parameters: Mapping[str, Any]) -> Any:
        values = {
            name: self.binders[name](parameters[name]) if name in self.binders else parameters[name]
            for name in self.names
        }
        return tuple(values.values()) if self.positional else values

    def convert(self, row: Sequence[Any]) -> Sequence[Any]:
        return [
            value if converter is None else converter(value)
            for value, converter in zip(row, self.converters, strict=True)
        ]


def _reader() -> Engine:
    return db.engines[READER]
