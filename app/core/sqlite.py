"""Connections to SQLite: what is written survives, and readers never block writers (docs/decisions/0009)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, SessionTransaction

from app.core.ending import ENDING
from app.extensions import db

CACHE_KB = 500
"""Of pages, for each connection, of which each thread has one or two. What is not there the kernel has: a request costs
no more than with SQLite's own 2,000, and a worker takes up to 10 MB less.
"""


def listen(transactions: Engine, statements: Engine) -> None:
    """Prepare every connection of the two pools: that of transactions, and that of single statements."""
    for engine in (transactions, statements):
        event.listen(engine, "do_connect", _file_of_one_user)
    event.listen(transactions, "connect", _commits_survive_a_power_cut)
    event.listen(statements, "connect", _commits_survive_a_crash)
    event.listen(transactions, "savepoint", _open_before_savepoint)


def _file_of_one_user(
    dialect: Dialect, _record: object, arguments: Sequence[str], parameters: Mapping[str, Any]
) -> DBAPIConnection | None:
    """A new file is for whoever runs this alone: hashes and addresses stand in it. SQLite itself asks the umask.

    One that is there keeps its mode. The files beside it (``-wal``, ``-shm``) will have the same. Nothing but SQLite
    opens it: whoever closes a file takes away all locks that the process has on it (sqlite.org/howtocorrupt.html, 2.2).
    """
    path, *_ = arguments
    if path.startswith("file:") or os.path.exists(path):
        return None  # it connects as ever
    connection = dialect.connect(*arguments, **parameters)
    with suppress(OSError):
        os.chmod(path, 0o600)
    return connection


def _set_pragmas(connection: sqlite3.Connection, synchronous: str) -> None:
    """Readers that never block writers, foreign keys that hold, and no more memory than is of use."""
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", f"cache_size=-{CACHE_KB}"):
        connection.execute(f"PRAGMA {pragma}")


def _commits_survive_a_power_cut(connection: sqlite3.Connection, _record: object) -> None:
    """For transactions: an account, a new password or a sign-out that was answered is on the disk."""
    _set_pragmas(connection, "FULL")


def _commits_survive_a_crash(connection: sqlite3.Connection, _record: object) -> None:
    """For single statements, which are refreshes above all: no wait for the disk at each (docs/decisions/0009)."""
    _set_pragmas(connection, "NORMAL")


def _open_before_savepoint(connection: sa.Connection, _name: str) -> None:
    # sqlite3 opens no transaction for SAVEPOINT; without this, releasing one would commit.
    begin_immediate(connection)


def _lock_before_the_first_statement(session: Session, _part: SessionTransaction, connection: sa.Connection) -> None:
    if ENDING in session.info:  # a ``transaction()``, and not a read of the ORM's by itself
        begin_immediate(connection)


event.listen(db.session, "after_begin", _lock_before_the_first_statement)


def begin_immediate(connection: sa.Connection) -> None:
    """Take the write lock now, if this is SQLite and no transaction is open."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
