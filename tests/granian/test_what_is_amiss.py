"""What granian does that nobody can put right from outside. docs/granian.md and its start say each of these.

A test that fails here has good news: the new release mends it. Then the sentence goes, and what works around it.
"""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from granian_server import SAID
from tests.client import PASSWORD
from tests.processes.test_crash import NOT_OURS
from tests.server import SECONDS, Server, wait_until


@pytest.fixture
def server(serve_all: Callable[..., Server]) -> Server:
    """One process, which believes one proxy."""
    return serve_all("sqlite", workers=1, by="granian", TRUSTED_PROXY_COUNT="1")


def exchange(server: Server, sent: bytes) -> bytes:
    """Everything that is answered until the server closes."""
    address = urlsplit(server.url)
    answer = b""
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=SECONDS) as connection:
        connection.sendall(sent)
        while piece := connection.recv(65_536):
            answer += piece
    return answer


def test_its_start_says_what_is_amiss(server: Server) -> None:
    log = server.log.read_text()
    for line in SAID.partition("{hint}")[0].splitlines():
        assert line in log
    assert "BIND=unix:" in log


def test_a_header_with_a_byte_outside_ascii_arrives_empty(server: Server) -> None:
    ada = server.signed_in()
    mine = f"access_token_cookie={ada.cookies['access_token_cookie']}".encode()

    def status(cookies: bytes) -> bytes:
        request = b"GET /api/profile HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: " + cookies + b"\r\n\r\n"
        return exchange(server, request).split(b" ")[1]

    assert status(mine + b"; theme=dark") == b"200"
    assert status(mine + "; theme=é".encode()) == b"401", "granian hands it on by now"
    forwarded = mine + "\r\nX-Forwarded-For: é, 192.0.2.7".encode()
    assert status(forwarded) == b"400", "what the proxy has added is gone, too"


@pytest.mark.parametrize("name", ["X_Forwarded_For", "X-Forwarded_For"])
def test_an_underscore_in_a_name_passes_for_a_dash(name: str, server: Server) -> None:
    """Also over what a proxy has written, which stands before it."""
    ada = server.signed_in()
    both = {"X-Forwarded-For": "192.0.2.7", name: "192.0.2.66"}
    fields = {"email": "ada@example.com", "password": PASSWORD}
    ada.post(f"{server.url}/auth/login", json=fields, headers=both, timeout=SECONDS).raise_for_status()
    devices = ada.get(f"{server.url}/auth/sessions", timeout=SECONDS).json()["items"]
    [address] = [device["address"] for device in devices if device["current"]]

    assert address == "192.0.2.66", "granian drops such names by now, or tells them apart"


def test_what_it_refuses_itself_has_no_body_and_is_in_no_log(server: Server) -> None:
    before = server.log.read_text()
    many = b"".join(b"X-%d: 1\r\n" % number for number in range(120))
    cases = dict.fromkeys(NOT_OURS, b"400") | {
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n": b"414",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + many + b"\r\n": b"431",
    }
    for sent, status in cases.items():
        head, _, body = exchange(server, sent).partition(b"\r\n\r\n")
        assert (head.split(b" ")[1], body) == (status, b""), sent[:80]
        assert b"x-request-id" not in head.lower()
    assert not re.search(r" (400|414|431) ", server.log.read_text().removeprefix(before))


def test_it_accepts_what_is_hardly_http(server: Server) -> None:
    for sent in (
        b"GET /healthz HTTP/1.1\nHost: a\nConnection: close\n\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
    ):
        assert exchange(server, sent).split(b" ")[1] == b"200"


def test_a_reload_cuts_a_connection_that_is_kept(server: Server) -> None:
    """At once, and without having said so: whoever sends in that moment gets no answer."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=SECONDS) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"connection: close" not in connection.recv(65_536).lower()
        server.process.send_signal(signal.SIGHUP)

        assert connection.recv(1) == b""


def test_a_worker_that_dies_twice_in_five_seconds_stops_the_server(serve: Callable[..., Server]) -> None:
    """Also after a reload, which granian itself takes for the first death."""
    server = serve("sqlite", workers=1, by="granian")
    begun = server.workers()
    server.process.send_signal(signal.SIGHUP)
    [second] = others(server, begun)
    os.kill(second, signal.SIGKILL)
    for worker in others(server, [*begun, second]):
        os.kill(worker, signal.SIGKILL)

    assert server.process.wait(SECONDS) == 1


def others(server: Server, than: list[int]) -> list[int]:
    """The workers, as soon as there are any and none of these is left."""
    wait_until(lambda: bool(server.workers()) and not {*server.workers()} & {*than}, server.log.read_text)
    return server.workers()
