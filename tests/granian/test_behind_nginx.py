"""nginx in front, over a unix socket: no request is lost at a reload, and what granian cannot see does not come in."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests import databases
from tests.granian.nginx import in_front
from tests.server import BOTH, SECONDS, Server, running, wait_until

PEOPLE = 4


@pytest.fixture(scope="module")
def server_of(
    new_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Server]]:
    """``server_of("granian")``: behind nginx, at nginx's address."""
    started: dict[str, Server] = {}
    with ExitStack() as stack:

        def get(by: str) -> Server:
            if by not in started:
                url, path = stack.enter_context(in_front())
                database = new_database("sqlite", "behind_nginx")
                databases.close(databases.migrated("sqlite", database).app)
                left_over(path)
                settings = {"BIND": f"unix:{path}", "TRUSTED_PROXY_COUNT": "1"}
                folder = tmp_path_factory.mktemp("behind_nginx")
                started[by] = stack.enter_context(running(database, 2, folder, settings, by=by, at=url))
            databases.empty(started[by].database)
            return started[by]

        yield get


def left_over(path: Path) -> None:
    """A socket as a server leaves it behind that was killed."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))


@pytest.mark.needs("posts")
@pytest.mark.parametrize("by", BOTH)
def test_no_request_is_lost_at_a_reload(by: str, server_of: Callable[[str], Server]) -> None:
    server = server_of(by)
    people = [server.signed_in(f"user{number}@example.com") for number in range(PEOPLE)]
    for person in people:
        del person.headers["Connection"]  # to nginx it is kept
    answers: list[int] = []
    over = threading.Event()

    def post(person: requests.Session) -> None:
        while not over.is_set():
            made = person.post(f"{server.url}/api/posts", json={"title": "a", "body": ""}, timeout=SECONDS)
            answers.append(made.status_code)
            time.sleep(0.02)

    threads = [threading.Thread(target=post, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    try:
        for _ in range(2):
            reload(server)
    finally:
        over.set()
        for thread in threads:
            thread.join()

    assert set(answers) == {201}
    listed = people[0].get(f"{server.url}/api/posts?limit=1", timeout=SECONDS)
    assert listed.status_code == 200


def reload(server: Server) -> None:
    """And wait until all workers are new ones."""
    before = server.workers()
    server.process.send_signal(signal.SIGHUP)

    def are_new() -> bool:
        now = server.workers()
        return len(now) == len(before) and not {*now} & {*before}

    wait_until(are_new, server.log.read_text)


def test_nobody_chooses_an_address_by_an_underscore(server_of: Callable[[str], Server]) -> None:
    server = server_of("granian")
    ada = server.signed_in()
    ada.headers["X_Forwarded_For"] = "192.0.2.66"
    ada.post(f"{server.url}/auth/refresh", timeout=SECONDS).raise_for_status()

    [session] = ada.get(f"{server.url}/auth/sessions", timeout=SECONDS).json()["items"]
    assert session["address"] == "127.0.0.1"
    assert "192.0.2.66" not in server.log.read_text()


def test_nobody_takes_their_address_away_by_a_byte_outside_ascii(server_of: Callable[[str], Server]) -> None:
    server = server_of("granian")
    ada = server.signed_in()
    ada.headers["X-Forwarded-For"] = "é".encode()
    ada.post(f"{server.url}/auth/refresh", timeout=SECONDS).raise_for_status()

    [session] = ada.get(f"{server.url}/auth/sessions", timeout=SECONDS).json()["items"]
    assert session["address"] == "127.0.0.1"


def test_a_body_in_chunks_comes_in_with_its_length(server_of: Callable[[str], Server]) -> None:
    server = server_of("granian")
    answer = requests.post(
        f"{server.url}/auth/login",
        data=iter([b"{", b"}"]),
        headers={"Content-Type": "application/json"},
        timeout=SECONDS,
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
