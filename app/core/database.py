"""Both engines made to behave alike, the transaction of a command, and the fast read of a guard."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import sqlalchemy as sa
import uuid_utils.compat
from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.core.settings import settings_of
from app.extensions import db, migrate

READER = "flaskport.reader"
"""A second pool whose connections autocommit: a read then costs no BEGIN and no ROLLBACK, a write one round trip."""
TIMED_OUT = frozenset({"57014", "55P03"})
"""PostgreSQL's query_canceled and lock_not_available."""

new_id = uuid_utils.compat.uuid7
"""A uuid7 as the standard ``uuid.UUID``: ids sort by creation time. They are names, never secrets."""


def init_app(app: Flask) -> None:
    config = settings_of(app)
    url = sa.make_url(config.database_url)
    sqlite = url.get_backend_name() == "sqlite"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    # A pool has no size of its own (0): the threads that use it are few, and each has one connection at a time.
    # Parameters hold addresses and hashes: they must not reach a log through an exception's text.
    options: dict[str, Any] = {"pool_size": 0, "hide_parameters": True}
    if sqlite:
        writing: dict[str, Any] = {"timeout": config.database_timeout, "isolation_level": "IMMEDIATE"}
        reading: dict[str, Any] = {"timeout": config.database_timeout}
    else:
        from app.core import postgres  # noqa: PLC0415 (its driver is a part of the start that SQLite does not need)

        writing = reading = postgres.driver_options(url)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {**options, "connect_args": writing, "pool_pre_ping": not sqlite}
    app.config["SQLALCHEMY_BINDS"] = {
        READER: {
            **options,
            "url": url,
            "connect_args": reading,
            "isolation_level": "AUTOCOMMIT",
            # The connection that was just used is the one that is known to live, and has its statements prepared.
            "pool_use_lifo": True,
            "pool_reset_on_return": None,
            "skip_autocommit_rollback": True,
        }
    }
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True, compare_type=True, render_item=_render_item)
    with app.app_context():
        app.extensions[READER] = db.engines[READER]
        if sqlite:
            event.listen(db.engine, "connect", _commits_survive_a_power_cut)
            event.listen(reader(), "connect", _commits_survive_a_crash)
            event.listen(db.engine, "savepoint", _open_before_savepoint)
        else:
            servers = postgres.Servers(url, config.database_timeout)
            for engine in db.engines.values():
                servers.listen(engine)


def _set_pragmas(connection: sqlite3.Connection, synchronous: str) -> None:
    """Readers that never block writers, and foreign keys that hold."""
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _commits_survive_a_power_cut(connection: sqlite3.Connection, _record: object) -> None:
    """For transactions: an account, a new password or a sign-out that was answered is on the disk."""
    _set_pragmas(connection, "FULL")


def _commits_survive_a_crash(connection: sqlite3.Connection, _record: object) -> None:
    """For single statements, which are refreshes above all: no wait for the disk at each (docs/decisions/0009)."""
    _set_pragmas(connection, "NORMAL")


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


def refuse_in_transaction() -> None:
    """A statement of its own would wait for the very lock that the transaction around it holds."""
    # Asked of a session that exists: making one would cost as much as the statement.
    if db.session.registry.has() and db.session().info.get("in_transaction"):
        raise RuntimeError("this commits for itself: call it before or after the transaction, not inside")


def execute_write(statement: sa.Executable, parameters: Mapping[str, Any]) -> int:
    """One statement as its own transaction. Returns the number of rows that it touched."""
    refuse_in_transaction()
    with reader().begin() as connection:
        return connection.execute(statement, parameters).rowcount


def read_one(statement: sa.Executable, parameters: Mapping[str, Any]) -> sa.Row[Any] | None:
    """The first row of a Core statement, outside any transaction.

    It is asked once more where the connection turned out to be dead, but not where time ran out.
    """
    try:
        return _read_one(statement, parameters)
    except sa.exc.DBAPIError as error:
        if not error.connection_invalidated or timed_out(error.orig):
            raise
        return _read_one(statement, parameters)


def timed_out(error: BaseException | None) -> bool:
    """Did the driver wait as long as it may, for an answer or a lock? Asked again, it would wait as long once more."""
    locked = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    return locked or getattr(error, "sqlstate", None) in TIMED_OUT


def _read_one(statement: sa.Executable, parameters: Mapping[str, Any]) -> sa.Row[Any] | None:
    with reader().connect() as connection:
        return connection.execute(statement, parameters).first()


def takes_writes() -> bool:
    """Is it not a standby, a read-only file or a full disk? Raises SQLAlchemy's errors where nothing answers.

    SQLite is asked by the smallest write that there is, since only a write can tell.
    """
    with reader().connect() as connection:
        if connection.dialect.name == "postgresql":
            return bool(connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "off")
        try:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            connection.exec_driver_sql(f"PRAGMA user_version={version}")
        except sa.exc.OperationalError as error:
            return timed_out(error.orig)  # somebody else is writing
        finally:
            connection.invalidate()  # rather than give back one that waits for nobody
    return True


def reader() -> Engine:
    # Not db.engines, which finds its way back to the app at each call.
    return cast(Engine, current_app.extensions[READER])
