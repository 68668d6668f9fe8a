"""What both servers log in production: one JSON object a line, one line a request, and nothing that is secret."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.client import PASSWORD
from tests.server import BOTH, SECONDS, Server

OF_A_REQUEST = {"time", "level", "logger", "message", "request_id", "client", "method", "path", "status", "bytes"}
PRIVATE = "do-not-tell"


@pytest.fixture(params=BOTH)
def server(request: pytest.FixtureRequest, serve_all: Callable[..., Server]) -> Server:
    return serve_all("sqlite", workers=2, by=request.param, APP_ENV="production", TRUSTED_PROXY_COUNT="1")


def lines_of(server: Server) -> list[dict[str, Any]]:
    """Every line, of the masters and of libraries, too: each is an object."""
    return [json.loads(line) for line in server.log.read_text().splitlines()]


def line_of(server: Server, answer: requests.Response) -> dict[str, Any]:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        for line in lines_of(server):
            if line["logger"] == "request" and line["request_id"] == answer.headers["X-Request-ID"]:
                return line
        time.sleep(0.02)
    raise AssertionError(server.log.read_text())


def signed_in(server: Server) -> tuple[dict[str, str], requests.Response]:
    fields = {"email": "ada@example.com", "password": PASSWORD}
    requests.post(f"{server.url}/auth/register", json=fields, timeout=SECONDS)
    asked = {"grant_type": "password", **fields}
    answer = requests.post(f"{server.url}/auth/token", json=asked, timeout=SECONDS)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}, answer


def test_a_request_is_one_line_with_its_caller_and_without_its_query(server: Server) -> None:
    bearer, signing_in = signed_in(server)
    coming_from = {**bearer, "X-Forwarded-For": "192.0.2.7"}
    answer = requests.get(f"{server.url}/api/profile?token={PRIVATE}", headers=coming_from, timeout=SECONDS)
    line, signed = line_of(server, answer), line_of(server, signing_in)

    assert line.keys() == OF_A_REQUEST | {"duration_ms", "route", "user", "session"}
    assert (line["method"], line["path"], line["status"], line["level"]) == ("GET", "/api/profile", 200, "INFO")
    assert (line["client"], line["route"], line["bytes"]) == ("192.0.2.7", "api.show_profile", len(answer.content))
    assert line["user"] == answer.json()["id"]
    assert (signed["user"], signed["session"]) == (line["user"], line["session"])
    assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta(0)
    assert PRIVATE not in server.log.read_text()


def test_a_refusal_has_its_code_and_whom_it_refused(server: Server) -> None:
    bearer, _ = signed_in(server)
    forbidden = requests.get(f"{server.url}/api/users", headers=bearer, timeout=SECONDS)
    foreign = {"Origin": "https://elsewhere.example.com"}
    crossed = requests.post(f"{server.url}/auth/logout", headers=foreign, timeout=SECONDS)
    called = requests.get(f"{server.url}/trpc/nothing", headers=bearer, timeout=SECONDS)

    line = line_of(server, forbidden)
    assert (line["status"], line["code"], line["user"]) == (403, "permission_required", whose(server, bearer))
    assert line_of(server, crossed)["code"] == crossed.json()["code"]
    assert line_of(server, called)["code"] == "NOT_FOUND"


def whose(server: Server, bearer: dict[str, str]) -> str:
    return str(requests.get(f"{server.url}/api/profile", headers=bearer, timeout=SECONDS).json()["id"])


def test_what_a_server_refuses_by_itself_has_a_line_too(server: Server) -> None:
    """granian itself refuses what is no HTTP, and says nothing: what its entrance refuses is asked for."""
    answer = raw(server, f"GET /{PRIVATE}/../x?{PRIVATE} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
    request_id = answer.split("X-Request-ID: ", 1)[-1].split("x-request-id: ", 1)[-1].split("\r\n", 1)[0]
    response = requests.Response()
    response.headers["X-Request-ID"] = request_id
    line = line_of(server, response)

    assert (line["status"], line["code"], "user" in line) == (400, "bad_request", False)
    assert line["client"] == "127.0.0.1"
    assert f"?{PRIVATE}" not in server.log.read_text()


def test_a_header_that_is_refused_is_in_no_log(server: Server) -> None:
    raw(server, f"GET /?{PRIVATE} HTTP/1.1\r\nHost: a\r\nCookie {PRIVATE}: {PRIVATE}\r\n\r\n")
    raw(server, f"GET /?{PRIVATE} HTTP/9.9\r\nHost: a\r\n\r\n")

    assert requests.get(f"{server.url}/healthz", timeout=SECONDS).status_code == 200
    assert f"?{PRIVATE}" not in server.log.read_text()
    assert f"Cookie {PRIVATE}" not in server.log.read_text()
    assert lines_of(server)


@pytest.mark.parametrize("target", ["http://user:SEKRET@a/made-up", "/made-up#SEKRET"])
def test_a_line_has_neither_userinfo_nor_a_fragment_nor_what_stands_behind_an_address(
    server: Server, target: str
) -> None:
    raw(server, f'GET {target} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: fe80::1%"}}SEKRET\r\nConnection: close\r\n\r\n')
    line_of(server, requests.get(f"{server.url}/healthz", timeout=SECONDS))

    assert "SEKRET" not in server.log.read_text()
    told = [line for line in lines_of(server) if line.get("path") == "/made-up"]
    assert {line["client"] for line in told} <= {"127.0.0.1"}
    assert told or target.startswith("/"), "granian itself refuses a fragment"


def raw(server: Server, sent: str) -> str:
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=SECONDS) as connection:
        connection.sendall(sent.encode())
        connection.settimeout(SECONDS)
        received = b""
        while b"\r\n\r\n" not in received and (part := connection.recv(65_536)):
            received += part
    return received.decode()


def test_what_the_application_says_is_one_line_also_after_a_reload(server: Server) -> None:
    before = server.workers()
    server.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 2 * SECONDS
    while set(server.workers()) & set(before) or len(server.workers()) != 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    foreign = {"Origin": "https://after-a-reload.example.com"}
    answer = requests.post(f"{server.url}/auth/logout", headers=foreign, timeout=SECONDS)
    assert line_of(server, answer)["status"] == 403
    [said] = [line for line in lines_of(server) if foreign["Origin"] in line["message"]]

    assert (said["logger"], said["request_id"]) == ("app.core.origin", answer.headers["X-Request-ID"])
