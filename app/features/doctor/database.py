"""The database: is its schema this code's, does it take writes, what time does it have, and how is it reached?"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from app.core import clock, encryption, schema
from app.core.database import reading
from app.core.doctor import Finding, Severity
from app.core.settings import settings
from app.core.writing import takes_writes
from app.passport.bearer import LEEWAY_SECONDS

NOTICEABLE_SECONDS = 2
"""By so much the clocks of two machines that ask a time server never differ."""


def look_at_schema() -> Iterator[Finding]:
    found = schema.of_database()
    if found is schema.Schema.BEHIND:
        sentence = "A migration of this code has not run on the database."
        yield Finding("migrations_behind", Severity.ERROR, sentence, "Run: flask db upgrade")
    if found is schema.Schema.AHEAD:
        yield Finding(
            "migrations_ahead",
            Severity.NOTE if settings().ready_when_ahead else Severity.WARNING,
            schema.AHEAD,
            "Deploy that release here, too.",
        )


def look_at_secrets() -> Iterator[Finding]:
    """Nobody notices a lost key until somebody's code is refused."""
    if columns := encryption.unreadable():
        yield Finding(
            "secrets_unreadable",
            Severity.ERROR,
            f"No key of SECRETS_KEYS and JWT_SECRET opens what is stored in {', '.join(columns)}, or some of it.",
            "Put the key or the secret that is missing back, behind the others, and reload: docs/secrets.md",
        )


def look_at_writing() -> Iterator[Finding]:
    if not takes_writes():
        yield Finding(
            "database_takes_no_writes",
            Severity.ERROR,
            "The database takes no writes: it is a standby, read-only, or its disk is full.",
            "Nobody can sign in until it does.",
        )


def look_at_clock() -> Iterator[Finding]:
    """Of PostgreSQL: SQLite has this machine's. Half of what the question took is not counted against it."""
    before = clock.now()
    stands_at = _first("SELECT clock_timestamp()")
    if stands_at is None:
        return
    asked_for = (clock.now() - before).total_seconds()
    apart = abs((stands_at - before).total_seconds() - asked_for / 2) - asked_for / 2
    if apart > NOTICEABLE_SECONDS:
        yield Finding(
            "clock_differs",
            Severity.ERROR if apart > LEEWAY_SECONDS else Severity.WARNING,
            f"This machine's clock and the database's are {apart:.0f} s apart; tokens allow for {LEEWAY_SECONDS} s.",
            "Have both ask a time server (chrony, systemd-timesyncd).",
        )


def look_at_postgresql() -> Iterator[Finding]:
    if settings().production and _first("SELECT current_setting('is_superuser')") == "on":
        yield Finding(
            "database_superuser",
            Severity.WARNING,
            "The role in DATABASE_URL is a superuser of PostgreSQL: a mistake in one statement can reach everything.",
            "Use a role that owns this one database.",
        )
    if _first("SELECT current_setting('fsync')") == "off":
        yield Finding(
            "database_forgets",
            Severity.ERROR,
            "PostgreSQL runs with fsync=off: a power cut can destroy the whole database.",
            "Set fsync = on in postgresql.conf.",
        )
    host = _first("SELECT host(inet_server_addr())")
    if (
        host
        and not ipaddress.ip_address(host).is_loopback
        and not _first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    ):
        yield Finding(
            "database_without_tls",
            Severity.WARNING,
            f"PostgreSQL on {host} is reached without TLS: whoever sits between reads and changes everything.",
            "Add ?sslmode=verify-full to DATABASE_URL.",
        )


def _first(statement: str) -> Any:
    """What PostgreSQL answers; None elsewhere."""
    with reading() as connection:
        if connection.dialect.name != "postgresql":
            return None
        return connection.execute(sa.text(statement)).scalar()
