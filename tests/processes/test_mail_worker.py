"""``flask worker`` as an operator runs it: several at once, killed, stopped, with a database that goes and is back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import mail
from app.core.database import transaction
from tests import databases
from tests.core.mail import toys
from tests.processes import mailing
from tests.processes.mailing import SECONDS, ended, outcomes
from tests.server import wait_until
from tests.smtp import Mailbox, serving

MANY = 200


@dataclass(frozen=True)
class Office:
    """A database with an outbox, and the server that its mails go to."""

    url: str
    app: Flask
    mailbox: Mailbox

    def promise(self, count: int) -> list[str]:
        addresses = [f"{number}@example.com" for number in range(count)]
        with self.app.app_context(), transaction():
            for address in addresses:
                mail.queue(toys.KIND, address=address)
        return addresses


@pytest.fixture
def office(engine: str, new_database: Callable[[str, str], str]) -> Iterator[Office]:
    url = new_database(engine, "office")
    app = databases.migrated(engine, url).app
    toys.bring(app)
    with serving(Mailbox()) as mailbox:
        yield Office(url, app, mailbox)
    databases.close(app)


def test_of_several_at_once_each_mail_is_claimed_by_one(office: Office) -> None:
    addresses = office.promise(MANY)
    workers = [mailing.start(office.url, office.mailbox.port, "--once") for _ in range(3)]
    assert [ended(worker) for worker in workers] == [0, 0, 0]
    assert sorted(office.mailbox.to) == sorted(addresses)
    assert outcomes(office.url) == [("sent", 1)] * MANY


def test_a_worker_that_is_killed_at_any_step_loses_no_mail(office: Office) -> None:
    addresses = office.promise(len(mailing.STEPS))
    for step in mailing.STEPS:
        killed = mailing.start(office.url, office.mailbox.port, die_when=step, lease=3)
        assert ended(killed) == -9
    begun = list(office.mailbox.to)
    last = mailing.start(office.url, office.mailbox.port, lease=3)
    wait_until(lambda: all(outcome == "sent" for outcome, _ in outcomes(office.url)))
    last.terminate()

    assert ended(last) == 0
    assert set(office.mailbox.to) == set(addresses)
    assert len(begun) == 2, "of what was sent, once as its worker was killed"
    assert len(office.mailbox.to) == len(addresses) + 1, "what was sent and not noted goes out twice"


def test_sigterm_finishes_the_mail_that_is_under_way_and_begins_no_other(office: Office) -> None:
    office.mailbox.hang, office.mailbox.seconds = {"DATA"}, 1
    office.promise(2)
    worker = mailing.start(office.url, office.mailbox.port)
    wait_until(lambda: "DATA" in office.mailbox.commands)
    worker.terminate()

    assert ended(worker) == 0
    assert outcomes(office.url) == [("sent", 1), (None, 0)]


def test_an_idle_worker_stops_at_once_and_sends_what_comes_meanwhile(office: Office) -> None:
    worker = mailing.start(office.url, office.mailbox.port)
    office.promise(1)
    wait_until(lambda: outcomes(office.url) == [("sent", 1)])
    before = time.monotonic()
    worker.terminate()

    assert ended(worker) == 0
    assert time.monotonic() - before < SECONDS / 4


def test_where_no_server_is_once_says_so(office: Office, unused_port: int) -> None:
    office.promise(2)
    assert ended(mailing.start(office.url, unused_port, "--once")) == 1
    assert outcomes(office.url) == [(None, 1), (None, 0)]


@contextmanager
def away(postgres_url: str, url: str) -> Iterator[None]:
    """Nobody reaches the database, and who did is thrown out."""
    name = sa.make_url(url).database
    with sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool).connect() as server:
        server.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        throw_out = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
        server.execute(throw_out, {"name": name})
        try:
            yield
        finally:
            server.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_database_that_was_away_is_found_again(office: Office, postgres_url: str) -> None:
    worker = mailing.start(office.url, office.mailbox.port)
    office.promise(1)
    wait_until(lambda: outcomes(office.url) == [("sent", 1)])
    databases.close(office.app)
    with away(postgres_url, office.url):
        time.sleep(1)
        assert worker.is_alive()
    office.promise(1)
    wait_until(lambda: outcomes(office.url) == [("sent", 1)] * 2)
    worker.terminate()
    assert ended(worker) == 0
