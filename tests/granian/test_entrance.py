"""What stands between granian and the application: environ is a request's alone, what cannot be judged is refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests

from config import Server
from granian_worker import OF_EVERY_REQUEST, WHOLE, Entrance
from tests.server import SECONDS
from tests.server import Server as RunningServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Answered = tuple[int, dict[str, str], bytes]
OF_GRANIAN = {
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8000",
    "REMOTE_ADDR": "192.0.2.1",
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/healthz",
    "QUERY_STRING": "",
    "HTTP_HOST": "localhost",
    "wsgi.url_scheme": "http",
}


class Small:
    """An application that remembers what it was asked, and answers in one piece."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked = environ
        start_response("200 OK", [("Content-Length", "5"), ("X-Request-ID", "abc")])
        return iter([b"he", b"llo"])


class Counted:
    """What granian makes of a body: it asks for one part after another."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                yield self._body.__next__()
            except StopIteration:
                return


class Granian:
    """Takes the answer, in one piece or bit by bit."""

    def __init__(self) -> None:
        self.told: list[tuple[int, dict[str, str]]] = []
        self.whole: bytes | None = None
        self.going: Any = None

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.told.append((status, dict(headers)))
        self.whole = body

    def response_iter(self, status: int, headers: list[tuple[str, str]], body: Any) -> None:
        self.told.append((status, dict(headers)))
        self.going = body


def ask(application: Any, server: Server | None = None, **changed: str) -> Answered:
    """As granian asks, which takes a body that goes on to its end and closes it."""
    granian = Granian()
    returned = Entrance(application, server or Server())(granian, {**OF_GRANIAN, **changed})
    [(status, headers)] = granian.told
    assert returned == status
    if granian.whole is not None:
        return status, headers, granian.whole
    body = b"".join(Counted(granian.going))
    granian.going.close()
    return status, headers, body


def test_what_the_app_is_given_is_of_the_request_and_of_the_server() -> None:
    app = Small()
    ask(app, HTTP_COOKIE="a=b")

    errors = app.asked.pop("wsgi.errors")
    assert (app.asked, errors) == ({**OF_GRANIAN, **OF_EVERY_REQUEST, "HTTP_COOKIE": "a=b"}, sys.stderr)


def test_no_variable_of_the_process_is_in_a_request(serve_all: Callable[..., RunningServer]) -> None:
    """granian itself puts them all there, and a program's variable may have the name of a header."""
    server = serve_all("sqlite", workers=1, by="granian", HTTP_AUTHORIZATION="Bearer of nobody")
    refused = requests.get(f"{server.url}/api/profile", timeout=SECONDS)

    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")


def test_a_host_that_was_not_sent_is_none() -> None:
    app = Small()
    ask(app, HTTP_HOST="", SERVER_NAME="/run/flaskport/app.sock")

    assert "HTTP_HOST" not in app.asked
    assert app.asked["SERVER_NAME"] == "unix", "nobody is told where the socket is"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411, "length_required"),
        ({"HTTP_HOST": "a,b"}, 400, "bad_request"),
        ({"PATH_INFO": "healthz"}, 400, "bad_request"),
        ({"PATH_INFO": "*"}, 400, "bad_request"),
        ({"HTTP_EXPECT": "wonders"}, 417, "expectation_failed"),
        ({"QUERY_STRING": "a" * 8_190}, 414, "uri_too_long"),
        ({"HTTP_X_LONG": "a" * 16_381}, 431, "headers_too_large"),
        ({"CONTENT_TYPE": "a" * 16_381}, 431, "headers_too_large"),
        ({"HTTP_X_FORWARDED_FOR": ""}, 400, "bad_request"),
    ],
)
def test_what_cannot_be_judged_is_refused_before_the_app(changed: dict[str, Any], status: int, code: str) -> None:
    app = Small()
    answered, headers, body = ask(app, **changed)

    said = json.loads(body)
    assert (answered, said["code"], said["request_id"]) == (status, code, headers["X-Request-ID"])
    assert headers["Content-Length"] == str(len(body))
    assert app.asked == {}


def test_what_curl_expects_of_a_large_body_is_fine() -> None:
    assert ask(Small(), HTTP_EXPECT="100-Continue")[0] == 200


@pytest.mark.parametrize(
    ("peer", "believed", "scheme"),
    [
        ("127.0.0.1", "127.0.0.1,::1", "https"),
        ("192.0.2.1", "127.0.0.1,::1", "http"),
        ("192.0.2.1", "192.0.2.0/24", "https"),
        ("192.0.2.1", "*", "https"),
        ("", "127.0.0.1", "https"),
    ],
    ids=["named", "another", "network", "all", "unix socket"],
)
def test_https_is_believed_of_the_same_peers_as_under_gunicorn(peer: str, believed: str, scheme: str) -> None:
    app = Small()
    ask(app, Server(forwarded_allow_ips=believed), REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")

    assert app.asked["wsgi.url_scheme"] == scheme


def test_the_log_has_the_line_that_gunicorn_writes(capfd: pytest.CaptureFixture[str]) -> None:
    _, _, body = ask(Small(), PATH_INFO="/a\nb\xc3\xa9%", QUERY_STRING="token=private")

    line = json.loads(capfd.readouterr().out)
    expected = {"client": "192.0.2.1", "method": "GET", "path": "/a%0Ab%C3%A9%25", "status": 200, "bytes": 5}
    assert {name: line[name] for name in expected} == expected
    assert (line["request_id"], line["duration_ms"] >= 0, "private" in str(line)) == ("abc", True, False)
    assert body == b"hello"


class Streaming:
    """An answer whose length is not known, or is too large to wait for."""

    def __init__(self, length: int | None) -> None:
        self.headers = [] if length is None else [("Content-Length", str(length))]
        self.closed = False
        self.sent = 0

    def __call__(self, _environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", self.headers)
        return self

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(3):
            self.sent += 1
            yield b"abc"

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("length", [None, WHOLE + 1, 9])
def test_a_body_is_closed_and_noted_at_its_end(length: int | None, capfd: pytest.CaptureFixture[str]) -> None:
    app = Streaming(length)
    assert ask(app)[2] == b"abc" * 3
    assert app.closed
    [line] = capfd.readouterr().out.splitlines()
    assert (json.loads(line)["status"], json.loads(line)["bytes"]) == (200, 9)


def test_a_long_body_is_not_waited_for() -> None:
    app, granian = Streaming(None), Granian()
    Entrance(app, Server())(granian, {**OF_GRANIAN})
    assert (granian.told, granian.going.__next__(), app.sent) == ([(200, {})], b"abc", 1)


def test_what_the_app_does_not_handle_is_said_in_json(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_environ: WSGIEnvironment, _start_response: StartResponse) -> Iterable[bytes]:
        raise RuntimeError("a bug")

    status, _, body = ask(broken)

    assert (status, json.loads(body)["code"]) == (500, "internal_error")
    assert "a bug" in caplog.text
