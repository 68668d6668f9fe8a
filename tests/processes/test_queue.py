"""A server whose threads are all held: nobody waits for one without end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import sqlalchemy as sa

from app import accounts, create_app
from tests import databases
from tests.client import PASSWORD
from tests.databases import SETTINGS
from tests.server import BOTH, SECONDS, Server, wait_until

LISTENING = "0A"
FULL = {"WEB_THREADS": "1", "DATABASE_TIMEOUT_SECONDS": "600"}


def test_who_waited_too_long_for_a_thread_is_told_busy_at_once(serve: Callable[..., Server]) -> None:
    patient = {"WEB_THREADS": "1", "WEB_QUEUE_SECONDS": "1", "DATABASE_TIMEOUT_SECONDS": "600"}
    server = serve("postgresql", workers=1, **patient)
    ada = server.signed_in()
    told: list[tuple[int, str | None, str | None]] = []

    def ask(path: str) -> threading.Thread:
        def visit() -> None:
            answer = requests.get(server.url + path, cookies=ada.cookies, timeout=2 * SECONDS)
            told.append((answer.status_code, answer.json().get("code"), answer.headers.get("Retry-After")))

        thread = threading.Thread(target=visit)
        thread.start()
        return thread

    engine = sa.create_engine(server.database, poolclass=sa.NullPool)
    with engine.connect() as other:
        other.exec_driver_sql("LOCK TABLE sessions")
        asking = [ask("/api/profile")]
        wait_until(lambda: _waiting_for_locks(engine) == 1)
        asking += [ask("/healthz"), ask("/healthz")]
        wait_until(lambda: _connections(server) == 3 and _not_accepted(server) == 0)
        time.sleep(1.5)  # longer than WEB_QUEUE_SECONDS
        other.rollback()
    for thread in asking:
        thread.join()

    assert sorted(told) == [(200, None, None), (503, "busy", "1"), (503, "busy", "1")]
    assert requests.get(f"{server.url}/healthz", timeout=SECONDS).status_code == 200


@pytest.fixture
def server(serve_all: Callable[..., Server]) -> Server:
    """Two workers of one thread each."""
    return serve_all("postgresql", workers=2, **FULL)


def test_a_full_worker_leaves_new_connections_to_one_that_has_a_free_thread(server: Server) -> None:
    ada = server.signed_in()
    answered: list[int] = []

    def ask(path: str) -> None:
        answered.append(requests.get(server.url + path, cookies=ada.cookies, timeout=2 * SECONDS).status_code)

    engine = sa.create_engine(server.database, poolclass=sa.NullPool)
    with engine.connect() as other:
        other.exec_driver_sql("LOCK TABLE sessions")
        held = threading.Thread(target=ask, args=["/api/profile"])
        held.start()
        wait_until(lambda: _waiting_for_locks(engine) == 1)
        asking = [threading.Thread(target=ask, args=["/healthz"]) for _ in range(20)]
        for thread in asking:
            # One after another, so that the free worker has it before the full one may take it (after a second).
            thread.start()
            thread.join(timeout=3)
        # Not all: on a machine that is busy enough, one or another may come to wait behind the one that is held.
        wait_until(lambda: len(answered) >= 16)
        other.rollback()
    for thread in (held, *asking):
        thread.join()

    assert answered == [200] * 21


@pytest.mark.parametrize("by", BOTH)
def test_a_flood_of_sign_ins_does_not_stop_the_rest(by: str, serve_all: Callable[..., Server]) -> None:
    """Everybody comes in, who was told to come again, too. Before the last of them, others have long been answered."""
    server = serve_all("postgresql", workers=2, by=by, **FULL)
    ada, people = server.signed_in(), [f"person{number}@example.com" for number in range(50)]
    register(server, people)
    told: list[tuple[int, str | None, str | None]] = []
    done: list[str] = []

    def sign_in(email: str) -> None:
        fields = {"email": email, "password": PASSWORD}
        status = 503
        while status == 503:
            answer = requests.post(f"{server.url}/auth/login", json=fields, timeout=2 * SECONDS)
            status = answer.status_code
            told.append((status, answer.json().get("code"), answer.headers.get("Retry-After")))
            time.sleep(float(answer.headers.get("Retry-After", 0)))
        done.append("a sign-in")

    threads = [threading.Thread(target=sign_in, args=[email]) for email in people]
    for thread in threads:
        thread.start()
    wait_until(lambda: "a sign-in" in done)
    for path in ("/api/profile", "/healthz") * 10:
        assert requests.get(server.url + path, cookies=ada.cookies, timeout=SECONDS).status_code == 200
    done.append("the rest")
    for thread in threads:
        thread.join()

    assert set(told) == {(200, None, None), (503, "busy", "1")}
    assert [status for status, _, _ in told].count(200) == 50
    assert done[-1] == "a sign-in"


def register(server: Server, people: list[str]) -> None:
    """Past the server, which would let so many register only slowly."""
    app = create_app(replace(SETTINGS, database_url=server.database))
    with app.app_context():
        for email in people:
            accounts.register(email, PASSWORD)
    databases.close(app)


def _waiting_for_locks(engine: sa.Engine) -> int:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(waiting).scalar_one())


def _sockets(server: Server) -> list[list[str]]:
    """The rows of Linux's own list about the server's port: local, remote, state, queues."""
    port = f":{urlsplit(server.url).port:04X}"
    rows = [line.split()[1:5] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [row for row in rows if row[0].endswith(port)]


def _connections(server: Server) -> int:
    return sum(state == "01" for _, _, state, _ in _sockets(server))


def _not_accepted(server: Server) -> int:
    """How many connections nobody has taken from the listening socket yet."""
    return sum(int(queues.partition(":")[2], 16) for _, _, state, queues in _sockets(server) if state == LISTENING)
