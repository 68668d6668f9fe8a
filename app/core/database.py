"""Both engines made to behave alike, the transaction of a command, and the fast read of a guard."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter, methodcaller
from typing import Any, TypeVar, cast

import sqlalchemy as sa
import uuid_utils.compat
from flask import Flask, current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import Engine
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler

from app.core import migrating, sqlite
from app.core.ending import ENDING, Ending, in_transaction
from app.core.resting import RESTING, Resting, resting
from app.core.settings import settings_of
from app.core.undone import note_commit
from app.extensions import Base, db

log = logging.getLogger(__name__)

Write = sa.Insert | sa.Update | sa.Delete
T = TypeVar("T")

READER = "flaskport.reader"
"""A second pool whose connections autocommit: a read then costs no BEGIN and no ROLLBACK, a write one round trip."""
TIMED_OUT = frozenset({"57014", "55P03"})
"""PostgreSQL's query_canceled and lock_not_available."""
_OF_POOLS: dict[str, Any] = {"pool_size": 0, "hide_parameters": True}
"""A pool has no size of its own (0): the threads that use it are few, and each has one connection at a time. Parameters
hold addresses and hashes: they must not reach a log through an exception's text.
"""
_OF_READER: dict[str, Any] = {
    "isolation_level": "AUTOCOMMIT",
    # The connection that was just used is the one that is known to live, and has its statements prepared.
    "pool_use_lifo": True,
    "pool_reset_on_return": None,
    "skip_autocommit_rollback": True,
}

new_id = uuid_utils.compat.uuid7
"""A uuid7 as the standard ``uuid.UUID``: ids sort by creation time. They are names, never secrets."""


def init_app(app: Flask) -> None:
    config = settings_of(app)
    url = sa.make_url(config.database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    if is_sqlite:
        waits = {"timeout": config.database_timeout}
        writing: dict[str, Any] = {"connect_args": {**waits, "isolation_level": "IMMEDIATE"}}
        reading: dict[str, Any] = {"connect_args": waits}
    else:
        from app.core import postgres  # noqa: PLC0415 (its driver is a part of the start that SQLite does not need)

        reading = {"connect_args": postgres.driver_options(url)}
        writing = {**reading, "pool_pre_ping": True, "isolation_level": postgres.ISOLATION}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {**_OF_POOLS, **writing}
    app.config["SQLALCHEMY_BINDS"] = {READER: {**_OF_POOLS, **_OF_READER, "url": url, **reading}}
    db.init_app(app)
    migrating.offer(app)
    with app.app_context():
        reads = app.extensions[READER] = db.engines[READER]
        if is_sqlite:
            sqlite.listen(db.engine, reads)
            app.extensions[RESTING] = Resting(reads, _always, _always)
        else:
            servers = postgres.Servers(url, config.database_timeout)
            for engine in db.engines.values():
                servers.listen(engine)
            app.extensions[RESTING] = Resting(reads, servers.is_fit, servers.is_young)


def _always(_connection: object) -> bool:
    return True


@contextmanager
def transaction() -> Iterator[None]:
    """One command's transaction: commits at the outermost level, rolls back on any exception.

    On SQLite its first statement takes the write lock, so that what is read inside it cannot change under it; on
    PostgreSQL, lock the rows that a decision rests on (``locking``). One that asks nothing costs nothing. Never hold it
    over a password hash, a mail or an HTTP call.
    """
    session = db.session()
    if ENDING in session.info:
        yield
        return
    ending = session.info[ENDING] = Ending()
    try:
        if session.in_transaction():  # something was read before
            sqlite.begin_immediate(session.connection())
        yield
        ending.before_commit(session)
        session.commit()
        note_commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info[ENDING]
    ending.after_commit()


@contextmanager
def impatient(milliseconds: int) -> Iterator[None]:
    """A part of the open transaction, and the last one, that waits so long for a lock of PostgreSQL's and no longer.

    For what is not worth a thread that waits. It alone is undone, by an error that is the caller's to catch.
    """
    with db.session.begin_nested():
        if reader().name == "postgresql":
            longest = sa.func.set_config("lock_timeout", str(milliseconds), True)  # which the commit knows nothing of
            db.session.execute(sa.select(longest))
        yield


def bare_connection() -> sa.Connection | None:
    """The connection of the open transaction, while the ORM holds nothing that a statement on it could pass by."""
    session = db.session()
    return None if session.new or len(session.identity_map) else session.connection()


S = TypeVar("S", bound="sa.Select[*tuple[Any, ...]]")


def locking(statement: S) -> S:
    """The select, locking its rows until the transaction ends, and reading them as they are now.

    Without the second part the session would hand out what it remembers of them from before the lock.
    """
    return statement.with_for_update().execution_options(populate_existing=True)


def insert_of(model: type[Base], engine: str | None = None) -> Any:
    """An insert with ``on_conflict_do_nothing`` and ``on_conflict_do_update``, of which each engine has its own."""
    return {"sqlite": sqlite_dialect.insert, "postgresql": postgresql.insert}[engine or reader().name](model)


def execute_write(statement: Write, parameters: Mapping[str, Any] | None = None) -> int:
    """Run one statement, and return the number of rows that it touched.

    It joins the transaction that is open around it; where there is none, it is a transaction of its own.
    """
    # SQLAlchemy keeps the count of an INSERT only for whoever asks for it.
    return _write(statement, parameters, _COUNT, preserve_rowcount=True)


def execute_returning(statement: Write, parameters: Mapping[str, Any] | None = None) -> Sequence[sa.Row[Any]]:
    """The same for a statement with RETURNING. Returns its rows."""
    return _write(statement, parameters, _ALL)


def _write(
    statement: Write,
    parameters: Mapping[str, Any] | None,
    take: Callable[[sa.CursorResult[Any]], T],
    **options: bool,
) -> T:
    """On the connection where the statement belongs. What the ORM remembers of its tables is read anew after it."""
    if not in_transaction():
        with reading() as connection, connection.begin():
            taken = take(connection.execute(statement, parameters, execution_options=options))
        note_commit()
        return taken
    session = db.session()
    session.flush()  # what was changed before the statement is in the database before it, too
    result = session.connection().execute(statement, parameters, execution_options=options)
    compiled, taken = result.context.compiled, take(result)
    remembered = list(session)
    if not remembered:
        return taken  # as at a sign-in: to look for the tables costs more than the statement
    written = {statement.table}
    if not isinstance(compiled, SQLCompiler) or compiled.ctes:  # which may write as well; to look for them is dear
        written |= {part.table for part in visitors.iterate(statement) if isinstance(part, Write)}
    for instance in remembered:
        if sa.inspect(instance).mapper.local_table in written:
            session.expire(instance)
    return taken


_COUNT: Callable[[sa.CursorResult[Any]], int] = attrgetter("rowcount")


def read_one(statement: sa.Executable, parameters: Mapping[str, Any]) -> sa.Row[Any] | None:
    """The first row of a Core statement; inside a transaction, as that has left it.

    Outside it is asked once more where the connection turned out to be dead, but not where time ran out.
    """
    return _read(statement, parameters, _FIRST)


def read_all(statement: sa.Executable, parameters: Mapping[str, Any]) -> Sequence[sa.Row[Any]]:
    """The same with all rows."""
    return _read(statement, parameters, _ALL)


_FIRST: Callable[[sa.CursorResult[Any]], sa.Row[Any] | None] = methodcaller("first")
_ALL: Callable[[sa.CursorResult[Any]], Sequence[sa.Row[Any]]] = methodcaller("all")


def _read(statement: sa.Executable, parameters: Mapping[str, Any], take: Callable[[sa.CursorResult[Any]], T]) -> T:
    if in_transaction():
        db.session.flush()
        return take(db.session.connection().execute(statement, parameters))
    try:
        return _read_alone(statement, parameters, take)
    except sa.exc.DBAPIError as error:
        if not error.connection_invalidated or timed_out(error.orig):
            raise
        return _read_alone(statement, parameters, take)


def _read_alone(
    statement: sa.Executable, parameters: Mapping[str, Any], take: Callable[[sa.CursorResult[Any]], T]
) -> T:
    with reading() as connection:
        return take(connection.execute(statement, parameters))


def timed_out(error: BaseException | None) -> bool:
    """Did the driver wait as long as it may, for an answer or a lock? Asked again, it would wait as long once more."""
    locked = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    return locked or getattr(error, "sqlstate", None) in TIMED_OUT


def reading() -> sa.Connection:
    """A connection for a statement by itself, as a context manager: none is opened while one rests."""
    resting().yield_one()
    return reader().connect()


def reader() -> Engine:
    # Not db.engines, which finds its way back to the app at each call.
    return cast(Engine, current_app.extensions[READER])
