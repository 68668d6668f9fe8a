"""kill -9, stale connections, raw sockets: what an operator's night looks like."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests
import sqlalchemy as sa

from app import create_app
from app.extensions import db
from tests import databases
from tests.client import PASSWORD
from tests.databases import SETTINGS
from tests.server import BOTH, Server
from tests.words import code


@pytest.mark.needs("posts")
@pytest.mark.parametrize(
    ("engine", "by"), [("sqlite", "gunicorn"), ("postgresql", "gunicorn"), ("postgresql", "granian")]
)
def test_what_was_answered_is_there_after_workers_and_master_were_killed_at_work(
    engine: str, by: str, serve: Callable[..., Server]
) -> None:
    """Posts, a refresh, and a sign-out: whose token was good until then, and is told that its session has ended."""
    server = serve(engine, workers=2, by=by, fresh=True)
    ada, eve = server.signed_in(), server.signed_in("eve@example.com")
    ada.post(f"{server.url}/auth/refresh", timeout=20).raise_for_status()
    eves = {"Authorization": f"Bearer {eve.cookies['access_token_cookie']}"}
    assert requests.get(f"{server.url}/api/profile", headers=eves, timeout=20).status_code == 200
    eve.post(f"{server.url}/auth/logout", timeout=20).raise_for_status()
    doomed = server.workers()

    with at_work(server, ada) as written:
        for pid in doomed:
            os.kill(pid, signal.SIGKILL)
        wait_for_new_workers(server, doomed)
        until_more_is(written)

    assert ada.get(f"{server.url}/api/profile", timeout=20).status_code == 200
    for _ in range(4):  # whichever of the new workers answers
        ended = requests.get(f"{server.url}/api/profile", headers=eves, timeout=20)
        assert (ended.status_code, ended.json()["code"]) == (401, "token_revoked")
    fields = {"email": "eve@example.com", "password": PASSWORD}
    assert requests.post(f"{server.url}/auth/login", json=fields, timeout=20).status_code == 200

    with at_work(server, ada) as written_too:
        os.kill(server.process.pid, signal.SIGKILL)
    app = create_app(replace(SETTINGS, database_url=server.database))
    with app.app_context():
        titles = set(db.session.execute(sa.text("SELECT title FROM posts")).scalars())
        db.session.remove()
    assert {*written, *written_too} - titles == set()
    ended_still = app.test_client().get("/api/profile", headers=eves)
    assert code(ended_still) == (401, "token_revoked")
    databases.close(app)


@contextmanager
def at_work(server: Server, person: requests.Session) -> Iterator[list[str]]:
    """They write one post after the other; the titles of those that were answered. What is cut off is nobody's.

    What the kernel takes where no server is left waits for a while.
    """
    written: list[str] = []
    over = threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            fields = {"title": f"{number}.{id(written)}", "body": ""}
            with suppress(requests.RequestException):
                if person.post(f"{server.url}/api/posts", json=fields, timeout=3).status_code == 201:
                    written.append(fields["title"])
            time.sleep(0.005)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        until_more_is(written)
        yield written
    finally:
        over.set()
        writer.join()


def until_more_is(written: list[str]) -> None:
    before, deadline = len(written), time.monotonic() + 60
    while len(written) < before + 3:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def wait_for_new_workers(server: Server, old: list[int]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        now = server.workers()
        if len(now) == len(old) and not set(now) & set(old):
            try:
                if requests.get(f"{server.url}/healthz", timeout=60).status_code == 200:
                    return
            except requests.RequestException:
                pass
        time.sleep(0.05)
    raise AssertionError("no new workers")


def raw(server: Server, sent: bytes) -> tuple[int, dict[str, object]]:
    """Send bytes, read one whole answer: its status and JSON body.

    Whoever is refused before the body's end may find that nobody reads the rest (RFC 9112 section 9.6): the answer is
    there all the same.
    """
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=60) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(sent)
        answer = b""
        while b"\r\n\r\n" not in answer or len(answer.split(b"\r\n\r\n", 1)[1]) < _length(answer):
            piece = connection.recv(65536)
            if not piece:
                break
            answer += piece
    head, body = answer.split(b"\r\n\r\n", 1)
    return int(head.split(b" ")[1]), json.loads(body)


def _length(answer: bytes) -> int:
    lines = answer.split(b"\r\n\r\n", 1)[0].lower().split(b"\r\n")
    return next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)


NOT_OURS = {
    b"GET /healthz HTTP/1.1\r\nHost: a\r\nX Bad: 1\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Bad: a\x00b\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
}
"""What is no HTTP: granian answers it itself, without a body (tests/granian/test_what_is_amiss.py)."""
JSON = b"Content-Type: application/json\r\n"
CHUNKED = b"POST /auth/login HTTP/1.1\r\nHost: a\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(params=BOTH)
def by(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def production(by: str, serve_all: Callable[..., Server]) -> Server:
    return serve_all("sqlite", by=by, APP_ENV="production")


def test_raw_bytes_get_one_json_shape(by: str, production: Server) -> None:
    huge = b'{"email": "' + b"x" * 2_000_000 + b'"}'
    cases = {
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX Bad: 1\r\n\r\n": 400,
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Bad: a\x00b\r\n\r\n": 400,
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n": 400,
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n": 400,
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n": 414,
        b"GET /nowhere HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n": 431,
        b"GET /api/profile HTTP/1.1\r\nHost: \xff\xfe\r\nAuthorization: Bearer \xff\r\n\r\n": 401,
        b"GET /api/profile HTTP/1.1\r\nHost: a\r\nCookie: __Host-access_token_cookie=\xff; \xff\r\n\r\n": 401,
        b"GET /api/profile HTTP/1.1\r\nHost: a\r\nSCRIPT_NAME: /api\r\nPATH_INFO: /x\r\n\r\n": 401,
        b"POST /auth/login HTTP/1.1\r\nHost: a\r\n" + JSON + b"Content-Length: %d\r\n\r\n" % len(huge) + huge: 413,
        b"BREW /auth/login HTTP/1.1\r\nHost: a\r\n\r\n": 405,
        b"GET healthz HTTP/1.1\r\nHost: a\r\n\r\n": 400,
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n": 400,
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n": 417,
    }
    chunked = {
        CHUNKED + b"ZZ\r\nabc\r\n0\r\n\r\n": 400,
        CHUNKED + b"2\r\n{}\r\n0\r\n\r\n": 422,
        CHUNKED + b"%x\r\n{}%s\r\n0\r\n\r\n" % (len(huge), b" " * (len(huge) - 2)): 413,
    }
    if by == "granian":  # docs/granian.md
        cases = {sent: status for sent, status in cases.items() if sent not in NOT_OURS}
        chunked = dict.fromkeys(chunked, 411)
    cases |= chunked
    for sent, status in cases.items():
        answered, body = raw(production, sent)
        assert (answered, set(body) - {"errors"}) == (status, {"message", "code", "request_id"}), sent[:80]


def test_a_refusal_with_an_unread_body_reaches_the_client(production: Server) -> None:
    body = b'{"name": "' + b"x" * 900_000 + b'"}'
    head = b"PATCH /api/profile HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + JSON

    status, answer = raw(production, head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    assert (status, answer["code"]) == (401, "not_authenticated")


def test_query_strings_and_secrets_stay_out_of_the_logs(production: Server) -> None:
    requests.get(f"{production.url}/api/profile?token=do-not-log-this", timeout=20)
    requests.get(f"{production.url}/foo%0aforged%20line%1b[31m", timeout=20)
    fields = {"email": "ada@example.com", "password": PASSWORD}
    requests.post(f"{production.url}/auth/register", json=fields, timeout=20)
    signed_in = requests.post(f"{production.url}/auth/login", json=fields, timeout=20)

    log = log_with(production, signed_in.headers["X-Request-ID"])
    assert "/api/profile" in log
    assert "get /foo%0aforged%20line%1b" in log.lower()
    assert signed_in.headers["X-Request-ID"] in log
    for secret in ("do-not-log-this", PASSWORD, signed_in.cookies["__Host-access_token_cookie"], "$argon2"):
        assert secret not in log


def log_with(server: Server, line: str) -> str:
    """The log once it holds this: a server writes a request's line after its answer."""
    deadline = time.monotonic() + 60
    while line not in (log := server.log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return log
