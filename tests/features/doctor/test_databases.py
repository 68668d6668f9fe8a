"""The database's side: its schema, its clock, its room, and what waits in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock, doctor, encryption, mail, schema
from app.core.database import execute_write, new_id
from app.core.doctor import Severity
from app.core.mail import Queued
from app.features.doctor import connections, database
from app.sessions import Session
from config import Server
from tests.client import Person
from tests.features.doctor.looking import PRODUCTION, codes, findings, told


def test_a_good_database_has_nothing_amiss(app: Flask) -> None:
    asking = [check.name for check in doctor.checks_of(app) if check.asks_database]
    assert set(asking) >= {"migrations", "writing", "clock", "PostgreSQL", "connections", "outbox", "pruning"}
    assert [code for name in asking for code in codes(app, name)] in ([], ["database_forgets"])  # of a test's server


def test_what_is_stored_and_nothing_opens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(app, "stored secrets") == []
    monkeypatch.setattr(encryption, "unreadable", lambda: ["totp.secret"])
    (found,) = findings(app, "stored secrets")
    assert (found.code, found.severity) == ("secrets_unreadable", Severity.ERROR)
    assert "opens what is stored in totp.secret" in found.sentence


@pytest.mark.parametrize(
    ("found", "ready", "severity"),
    [
        (schema.Schema.BEHIND, True, Severity.ERROR),
        (schema.Schema.AHEAD, True, Severity.NOTE),
        (schema.Schema.AHEAD, False, Severity.WARNING),
    ],
)
def test_a_schema_that_is_not_this_codes(
    shared_app: Callable[..., Flask],
    monkeypatch: pytest.MonkeyPatch,
    found: schema.Schema,
    ready: bool,
    severity: Severity,
) -> None:
    monkeypatch.setattr(schema, "of_database", lambda: found)
    app = shared_app(ready_when_ahead=ready)
    expected = "migrations_behind" if found is schema.Schema.BEHIND else "migrations_ahead"
    assert told(database.look_at_schema, app) == [(expected, severity)]


def test_a_database_that_takes_no_writes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "takes_writes", lambda: False)
    assert codes(app, "writing") == ["database_takes_no_writes"]


@pytest.mark.parametrize(("apart", "found"), [(1, []), (-5, [Severity.WARNING]), (30, [Severity.ERROR])])
def test_two_clocks_that_differ(
    app: Flask, engine: str, monkeypatch: pytest.MonkeyPatch, apart: int, found: list[Severity]
) -> None:
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + dt.timedelta(seconds=apart))
    expected = [("clock_differs", severity) for severity in found] if engine == "postgresql" else []
    assert told(database.look_at_clock, app) == expected


ANSWERS = {"is_superuser": "on", "fsync": "off", "inet_server_addr": "10.0.0.9", "pg_stat_ssl": False}


def test_a_server_that_is_set_up_badly(shared_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    def first(statement: str) -> object:
        return next(answer for word, answer in ANSWERS.items() if word in statement)

    monkeypatch.setattr(database, "_first", first)
    app = shared_app(**{**PRODUCTION, "variables": {"MAIL_TEMPLATES": "/nonexistent"}})
    assert codes(app, "PostgreSQL") == ["database_superuser", "database_forgets", "database_without_tls"]
    monkeypatch.setitem(ANSWERS, "pg_stat_ssl", True)
    monkeypatch.setitem(ANSWERS, "is_superuser", "off")
    assert codes(app, "PostgreSQL") == ["database_forgets"]
    monkeypatch.setitem(ANSWERS, "inet_server_addr", "127.0.0.1")
    monkeypatch.setitem(ANSWERS, "pg_stat_ssl", False)
    assert codes(app, "PostgreSQL") == ["database_forgets"]


@pytest.mark.parametrize(
    ("most", "by_others", "found"),
    [(100, 10, []), (47, 0, ["too_few_connections"]), (100, 53, ["connections_are_short"]), (48, 0, [])],
)
def test_how_many_connections_there_are(most: int, by_others: int, found: list[str]) -> None:
    server = Server(workers=4, threads=2, password_hash_queue=4)
    assert connections.wanted_by(server) == 48
    room = connections.Room(most, by_others)
    assert [each.code for each in connections.judge(room, 48, server)] == found


def test_postgresql_is_asked_how_many_it_has(app: Flask, engine: str) -> None:
    with app.app_context():
        room = connections._room()
    assert (room is not None and room.most > 10 and room.by_others >= 0) == (engine == "postgresql")


def _waiting(app: Flask, minutes: int, outcome: str | None = None) -> None:
    with app.app_context():
        mail.queue(next(iter(mail.kinds_of(app))), address="ada@example.com")
        since = clock.now() - dt.timedelta(minutes=minutes)
        execute_write(sa.update(Queued).values(created_at=since, due_at=since, outcome=outcome, finished_at=None))


@pytest.mark.parametrize(("minutes", "found"), [(5, []), (20, [Severity.WARNING]), (90, [Severity.ERROR])])
def test_mails_that_nobody_sends(app: Flask, minutes: int, found: list[Severity]) -> None:
    _waiting(app, minutes)
    assert [(each.code, each.severity) for each in findings(app, "outbox")] == [("mails_wait", each) for each in found]


def test_mails_that_were_given_up(app: Flask) -> None:
    _waiting(app, 1, "dead")
    (found,) = findings(app, "outbox")
    assert (found.code, found.sentence) == ("mails_given_up", "Mails that were given up lately: 1.")


@pytest.mark.parametrize(("days", "found"), [(32, []), (34, ["prune_missed"])])
def test_what_is_over_and_was_not_deleted(
    app: Flask, person: Callable[..., Person], days: int, found: list[str]
) -> None:
    person()
    with app.app_context():
        execute_write(sa.update(Session).values(id=new_id(), expires_at=clock.now() - dt.timedelta(days=days)))
    assert codes(app, "pruning") == found
