"""A migrated database for each engine and test process."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.core.config import Config
from app.core.database import reader
from app.extensions import Base, db

ENGINES = ("sqlite", "postgresql")
MIGRATIONS = str(Path(__file__).resolve().parent.parent / "migrations")

SETTINGS = Config(
    environment="development",
    jwt_secret="Zk3vYq8Lw1Rt6Xp0Nc5Bm9Hs2Gd7Jf4K",
    jwt_refresh_secret="aQ8wE3rT6yU1iO0pL5kJ9hG2fD7sZ4xC",
    database_url="sqlite:///unused.db",
    api_docs=True,
    sign_in_url=None,
    jwt_keys_dir=Path("/nonexistent/signing-keys"),  # not the developer's own
    variables={"MAIL_URL": "memory:", "MAIL_TEMPLATES": "/nonexistent/mails"},
)
"""What tests start from; ``dataclasses.replace`` makes another."""


@dataclass(frozen=True)
class Database:
    """A database of one engine, and the app that the tests on it share."""

    engine: str
    url: str
    app: Flask

    def empty(self) -> None:
        """Forget all rows."""
        with self.app.app_context(), db.engine.connect() as connection:
            _forget(connection)


RAM = Path("/dev/shm")  # noqa: S108 (a folder of its own is made there)
ENOUGH = 2**30
"""Bytes: containers often have no more than a sixteenth of it there."""


@contextmanager
def scratch() -> Iterator[Path | None]:
    """A folder in memory for SQLite's files, where there is room: it waits for the disk at each commit."""
    if not os.access(RAM, os.W_OK) or shutil.disk_usage(RAM).free < ENOUGH:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="flaskport-", dir=RAM, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def empty(url: str) -> None:
    """Forget all rows of a database that no app of this process is on."""
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        _forget(connection)


def _forget(connection: sa.Connection) -> None:
    """Most tables have no row: to ask after all by one statement costs a twentieth of asking after each."""
    tables = _referring_first(frozenset(Base.metadata.tables))
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables)  # noqa: S608 (our own names)
    used = set(connection.exec_driver_sql(" UNION ALL ".join(asked)).scalars())
    for name in tables:
        if name in used:
            connection.execute(Base.metadata.tables[name].delete())
    connection.commit()


@cache
def _referring_first(tables: frozenset[str]) -> tuple[str, ...]:
    return tuple(table.name for table in reversed(Base.metadata.sorted_tables) if table.name in tables)


def create(url: str, name: str) -> str:
    """A new database on the server behind ``url``. Returns its URL."""
    with _server(url) as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


def drop(url: str, name: str) -> None:
    with _server(url) as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _server(url: str) -> sa.Connection:
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool).connect()


def close(app: Flask) -> None:
    """Close what the app holds open."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def drop_connections(engine: str) -> None:
    """What a restart of the database does to the connections that the running app keeps."""
    if engine == "postgresql":
        with db.engine.connect() as connection:
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"  # waits until it is over
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
    else:
        reader().dispose()


def migrated(engine: str, url: str) -> Database:
    """The database, brought up to date by the real migrations; for SQLite a copy of the first of this process."""
    app = create_app(replace(SETTINGS, database_url=url))
    file = Path(str(sa.make_url(url).database))
    if engine == "sqlite" and _first:
        file.write_bytes(_first[0])
        return Database(engine, url, app)
    with app.app_context():
        upgrade(MIGRATIONS)
    if engine == "sqlite":
        close(app)  # what was logged ahead is in the file by now
        _first.append(file.read_bytes())
    return Database(engine, url, app)


_first: list[bytes] = []
