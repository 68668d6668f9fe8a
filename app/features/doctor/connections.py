"""How many connections this server may open, and how many PostgreSQL has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from app.core.database import reading
from app.core.doctor import Finding, Severity
from app.core.settings import settings
from config import ConfigError, Server

POOLS = 2
"""Of each process (app/core/database.py)."""


class Room(NamedTuple):
    """What PostgreSQL has for roles that are no superusers, and what others of them take at the moment."""

    most: int
    by_others: int


def look() -> Iterator[Finding]:
    room = _room()
    try:
        server = Server.read(settings().variables)
    except ConfigError:
        return  # the start has said it
    if room is not None:
        yield from judge(room, wanted_by(server), server)


def wanted_by(server: Server) -> int:
    """By one instance at the very most."""
    return server.workers * POOLS * (server.threads + server.password_hash_queue)


def judge(room: Room, wanted: int, server: Server) -> Iterator[Finding]:
    how = f"WEB_CONCURRENCY={server.workers} * {POOLS} * (WEB_THREADS={server.threads} + PASSWORD_HASH_QUEUE="
    how += f"{server.password_hash_queue}) = {wanted}"
    less = "Lower WEB_CONCURRENCY, raise max_connections, or put a pooler in between (docs/databases.md)."
    if wanted > room.most:
        sentence = f"This server may open {how} connections; PostgreSQL has {room.most} of max_connections."
        yield Finding("too_few_connections", Severity.ERROR, sentence, less)
    elif wanted > room.most - room.by_others:
        sentence = f"This server may open {how} connections; of {room.most} others hold {room.by_others} now."
        yield Finding("connections_are_short", Severity.WARNING, sentence, less)


def _room() -> Room | None:
    """None: there is no such limit. What is connected to this database by this role counts as ours."""
    with reading() as connection:
        if connection.dialect.name != "postgresql":
            return None
        row = connection.execute(_ROOM).one()
    return Room(row[0] - row[1], row[2])


_ROOM = sa.text("""
SELECT current_setting('max_connections')::int,
    current_setting('superuser_reserved_connections')::int
        + coalesce(current_setting('reserved_connections', true), '0')::int,
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'
        AND NOT (datname = current_database() AND usename = current_user))
""")
