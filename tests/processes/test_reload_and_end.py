"""SIGHUP and other signals: who lets whom in, and who ends when."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import requests

from tests.checkouts import answers, has_said, lay_out, started
from tests.server import BOTH, SECONDS, Server, free_port, wait_until

VISITORS = 8


@pytest.mark.parametrize("by", BOTH)
def test_whoever_is_told_to_stop_in_the_middle_of_a_reload_stops(by: str, serve: Callable[..., Server]) -> None:
    server = serve("sqlite", workers=1, by=by)
    for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM):
        server.process.send_signal(number)

    assert server.process.wait(SECONDS) == 0


@pytest.mark.parametrize("by", BOTH)
def test_a_reload_right_after_a_reload_leaves_nobody_behind(by: str, serve: Callable[..., Server]) -> None:
    server = serve("sqlite", workers=1, by=by)
    former: set[int] = set()
    for starts in (2, 3):
        former |= {*server.workers()}
        server.process.send_signal(signal.SIGHUP)
        wait_until(partial(has_started, server, starts), server.log.read_text)

    wait_until(lambda: len(server.workers()) == 1 and not {*server.workers()} & former, server.log.read_text)
    assert requests.get(f"{server.url}/healthz", timeout=SECONDS).status_code == 200


def has_started(server: Server, times: int) -> bool:
    return has_said(server.log, "Listening at", times)


@pytest.mark.parametrize("by", BOTH)
def test_a_request_of_before_a_reload_is_waited_for_when_the_server_stops(
    by: str, serve: Callable[..., Server]
) -> None:
    server = serve("sqlite", workers=1, by=by)
    with begun(server.url) as request:
        server.process.send_signal(signal.SIGHUP)
        wait_until(partial(has_started, server, 2), server.log.read_text)
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(2)

        request.sendall(b"}")
        assert request.recv(12) == b"HTTP/1.1 422", server.log.read_text()
    assert server.process.wait(SECONDS) == 0


def begun(url: str, path: str = "/auth/login") -> socket.socket:
    """A request of which nothing is missing but the last byte."""
    host, _, port = url.removeprefix("http://").partition(":")
    request = socket.create_connection((host, int(port)), timeout=SECONDS)
    request.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n".encode())
    request.sendall(b"Content-Length: 2\r\n\r\n{")
    return request


@pytest.mark.parametrize("by", BOTH)
def test_who_was_let_in_before_a_reload_has_time_to_ask(by: str, serve: Callable[..., Server]) -> None:
    server = serve("sqlite", workers=1, by=by)
    former, host, port = server.workers(), *server.url.removeprefix("http://").split(":")
    over = threading.Event()

    def come(_: int) -> set[bytes]:
        answers = set()
        while not over.is_set():
            with socket.create_connection((host, int(port)), timeout=SECONDS) as client:
                time.sleep(0.1)
                client.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                answers.add(client.recv(12))
        return answers

    with ThreadPoolExecutor(VISITORS) as pool:
        visitors = pool.map(come, range(VISITORS))
        try:
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: bool(server.workers()) and not {*server.workers()} & {*former}, server.log.read_text)
        finally:
            over.set()
        assert set[bytes]().union(*visitors) == {b"HTTP/1.1 200"}


@pytest.mark.parametrize("by", BOTH)
def test_a_worker_that_has_just_been_forked_ends_when_it_is_told(by: str, serve: Callable[..., Server]) -> None:
    server = serve("sqlite", workers=1, by=by)
    (former,) = server.workers()
    os.kill(former, signal.SIGKILL)
    while server.workers() in ([], [former]):
        pass
    (worker,) = server.workers()
    os.kill(worker, signal.SIGTERM)

    wait_until(lambda: not is_running(worker), server.log.read_text, SECONDS / 3)


def test_a_worker_whose_request_hangs_ends_after_a_reload_in_time(serve: Callable[..., Server]) -> None:
    server = serve("sqlite", workers=1, GUNICORN_CMD_ARGS="--graceful-timeout 1")
    (former,) = server.workers()
    with begun(server.url):
        server.process.send_signal(signal.SIGHUP)

        wait_until(lambda: former not in server.workers() and len(server.workers()) == 1, server.log.read_text)
    assert requests.get(f"{server.url}/healthz", timeout=SECONDS).status_code == 200


HOLDING = """
import re
def held(application):
    def answer(environ, start_response):
        if environ["PATH_INFO"] == "/hold":
            re.match("(a+)+$", "a" * 60 + "b")  # for years, and with the interpreter's lock
        return application(environ, start_response)
    return answer
app.wsgi_app = held(app.wsgi_app)
"""


@pytest.mark.parametrize(
    ("path", "number"), [("/hold", signal.SIGHUP), ("/hold", signal.SIGKILL), ("/auth/login", signal.SIGKILL)]
)
def test_a_worker_that_hangs_ends_in_time_although_no_master_looks_after_it(
    path: str, number: int, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log"
    lay_out(tmp_path)
    (tmp_path / "wsgi.py").write_text((tmp_path / "wsgi.py").read_text() + HOLDING)
    (tmp_path / ".env").write_text(f"PORT={port}\nWEB_CONCURRENCY=1\n")
    url, options = f"sqlite:///{tmp_path / 'unused.db'}", "--timeout 2 --graceful-timeout 1"
    with started("gunicorn", tmp_path, url, GUNICORN_CMD_ARGS=options) as process:
        wait_until(lambda: answers(("127.0.0.1", port)), log.read_text)
        (worker,) = map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
        with begun(f"http://127.0.0.1:{port}", path):
            wait_until(lambda: is_at_work(worker) or path != "/hold", log.read_text)
            process.send_signal(number)

            wait_until(lambda: not is_running(worker), log.read_text)
    assert not is_running(worker)


def is_at_work(process: int) -> bool:
    """Has it used a tenth of a second since it was forked?"""
    return sum(map(int, stat_of(process)[11:13])) > os.sysconf("SC_CLK_TCK") / 10


def is_running(process: int) -> bool:
    try:
        return stat_of(process)[0] != "Z"
    except FileNotFoundError:
        return False


def stat_of(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
