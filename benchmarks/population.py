"""A database with a thousand or a million users, all signed in, made in seconds: two rows, multiplied by SQL."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask

from app import accounts, create_app
from app.accounts import User, searching
from app.extensions import db
from app.sessions import Session
from app.sessions.tokens import Tokens, issue
from tests import databases
from tests.client import PASSWORD
from tests.databases import SETTINGS

NAME = "Ada Lovelace"
USER, SESSION, REFRESH = 0x7000, 0x7001, 0x7002
"""What kind of id it is: the version of a uuid7, and three digits."""
TOKEN_LIFE = dt.timedelta(minutes=60)
"""No token may expire while the benchmark runs."""

Row = TypeVar("Row", User, Session)


@dataclass(frozen=True, slots=True)
class Population:
    """A filled database. Users and sessions are numbered from 1; session n belongs to user (n - 1) % users + 1."""

    app: Flask
    url: str
    users: int
    sessions: int
    first_ms: int
    a_user: User
    a_session: Session

    def email(self, number: int) -> str:
        return f"user{number}@example.com"

    def credentials(self, count: int) -> list[dict[str, str]]:
        """E-mail address and password of this many users, evenly spread."""
        return [{"email": self.email(number), "password": PASSWORD} for number in spread(self.users, count)]

    def tokens(self, count: int) -> list[Tokens]:
        """The tokens of this many sessions, evenly spread."""
        with self.app.app_context():
            return [self._issue(number) for number in spread(self.sessions, count)]

    def close(self) -> None:
        """Let go of the database: it is about to be dropped."""
        with self.app.app_context():
            for engine in db.engines.values():
                engine.dispose()

    def _issue(self, number: int) -> Tokens:
        owner = (number - 1) % self.users + 1
        user = _copy(self.a_user, id=made_id(USER, self.first_ms, owner), email=self.email(owner))
        session_id, refresh_id = (made_id(kind, self.first_ms, number) for kind in (SESSION, REFRESH))
        return issue(user, _copy(self.a_session, id=session_id, user_id=user.id, refresh_id=refresh_id))


def _copy(row: Row, **changed: object) -> Row:
    values = {attribute.key: getattr(row, attribute.key) for attribute in sa.inspect(type(row)).column_attrs}
    return type(row)(**values | changed)


def spread(population: int, count: int) -> list[int]:
    """``count`` numbers from 1 to ``population``, evenly apart."""
    return [1 + index * population // count for index in range(count)]


def made_id(kind: int, first_ms: int, number: int) -> uuid.UUID:
    """The id that ``_made_ids`` makes in SQL."""
    return uuid.UUID(f"{first_ms + number:012x}{kind:04x}8000{number:012x}")


def fill(engine: str, url: str, users: int, sessions: int, *, ended_at: dt.datetime | None = None) -> Population:
    """Migrate the database, then make one user and one session the ordinary way, and as many like them as asked.

    With ``ended_at`` all sessions but that one have ended then.
    """
    databases.migrated(engine, url)
    app = create_app(replace(SETTINGS, database_url=url, access_lifetime=TOKEN_LIFE))
    with app.app_context():
        template = accounts.register("user0@example.com", PASSWORD, NAME)
        accounts.generate_tokens(template)
        session = db.session.scalars(sa.select(Session)).one()
        db.session.refresh(template)  # the sign-in has changed its row
        first_ms = int(time.time() * 1000) - 3_600_000
        db.session.remove()
    _multiply(url, users, sessions, first_ms, ended_at)
    return Population(app, url, users, sessions, first_ms, template, session)


def _multiply(url: str, users: int, sessions: int, first_ms: int, ended_at: dt.datetime | None) -> None:
    """On a connection of its own: without the application's time limit, and without waiting for the disk."""
    engine = sa.create_engine(url)
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
        number = sa.column("number", sa.BigInteger)
        id_of = {kind: _made_ids(sqlite, kind, first_ms, number) for kind in (USER, SESSION, REFRESH)}
        email = sa.literal("user") + sa.cast(number, sa.String) + "@example.com"
        with _searching_later(connection):
            connection.execute(
                _copies(User.__table__, users, {"id": id_of[USER], "email": email, "email_normalized": email})
            )
        owner = _made_ids(sqlite, USER, first_ms, (number - 1) % users + 1)
        connection.execute(
            _copies(
                Session.__table__,
                sessions,
                {
                    **{"id": id_of[SESSION], "user_id": owner, "refresh_id": id_of[REFRESH]},
                    "revoked_at": sa.literal(ended_at, Session.revoked_at.type),
                },
            )
        )
        connection.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Now, and not by a background process in the middle of a pass.
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if sqlite else "VACUUM ANALYZE")
    engine.dispose()


@contextmanager
def _searching_later(connection: sa.Connection) -> Iterator[None]:
    """What finds people is made when all are there, as the migration makes it: one by one takes many times as long."""
    if connection.dialect.name == "sqlite":
        named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'users_search_%'"
        for name in connection.exec_driver_sql(named).scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield
        for statement in _FILL:
            connection.exec_driver_sql(statement)
        searching.keep_current(connection)
        return
    definition = connection.exec_driver_sql("SELECT pg_get_indexdef(to_regclass('ix_users_search'))").scalar()
    connection.exec_driver_sql("DROP INDEX IF EXISTS ix_users_search")
    yield
    if definition:
        connection.exec_driver_sql(str(definition))


_FILL = (
    "INSERT OR IGNORE INTO users_search_rows (user_id) SELECT id FROM users",
    """
    INSERT INTO users_search (rowid, text)
    SELECT number, '  ' || email || '  ' || replace(coalesce(name, ''), ' ', '  ')
    FROM users_search_rows JOIN users ON users.id = user_id WHERE number > 1
    """,
)


def _made_ids(sqlite: bool, kind: int, first_ms: int, number: sa.ColumnElement[int]) -> sa.ColumnElement[Any]:
    def hexadecimal(value: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
        if sqlite:
            return sa.func.printf("%012x", value)
        return sa.func.lpad(sa.func.to_hex(value), 12, "0", type_=sa.String)

    start = hexadecimal(sa.literal(first_ms, sa.BigInteger) + number)
    return sa.cast(start + f"{kind:04x}8000" + hexadecimal(number), sa.Uuid())


def _copies(table: sa.FromClause, count: int, changed: dict[str, sa.ColumnElement[Any]]) -> sa.Insert:
    """The one row of a table, ``count`` times, with some columns computed from ``number``."""
    assert isinstance(table, sa.Table)
    numbers = sa.select(sa.literal(1, sa.BigInteger).label("number")).cte("numbers", recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.number + 1).where(numbers.c.number < count))
    template = table.alias("template")
    # Only the row that was there: the copies are not yet.
    values = [changed.get(column.name, template.c[column.name]) for column in table.columns]
    rows = sa.select(*values).select_from(template.join(numbers, sa.true()))
    return sa.insert(table).from_select([column.name for column in table.columns], rows, include_defaults=False)
