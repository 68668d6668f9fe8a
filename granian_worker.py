"""What stands between granian and the application in each worker: what granian does otherwise than WSGI or gunicorn has
it is put right here, or refused where it cannot be judged. docs/granian.md has what nobody can put right from outside.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

import logs
from app.core.refusals import unasked
from config import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LINE, FIELD = 8_190, 16_380
"""The same as in gunicorn.conf.py: bytes of a path with its query, and of one header."""
WHOLE = 65_536
"""An answer of so many bytes is handed over in one piece, which costs less than an iterator. A longer one goes on."""
OF_EVERY_REQUEST = frozenset(
    {"REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR"}
    | {"SCRIPT_NAME", "GATEWAY_INTERFACE", "SERVER_SOFTWARE", "HTTP_HOST"}
)
"""What granian sets in each request, also where a variable of the process has the same name."""

log = logging.getLogger("app.granian")


class Entrance:
    """The application, as granian may call it."""

    def __init__(self, application: WSGIApplication, server: Server) -> None:
        self._application = application
        # granian puts all of the process's variables into each request, secrets among them. A header of such a name
        # (Proxy, where HTTP_PROXY is set) goes with them.
        self._of_the_process = frozenset(os.environ) - OF_EVERY_REQUEST
        self._believed = Believed(server.forwarded_allow_ips)
        self._lines = logs.RequestLines()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = Answer(environ, start_response, perf_counter(), self._lines)
        for name in self._of_the_process:
            environ.pop(name, None)
        environ["wsgi.multiprocess"] = True
        if not environ["HTTP_HOST"]:
            del environ["HTTP_HOST"]  # there was none
        if environ.get("HTTP_X_FORWARDED_PROTO") == "https" and environ["REMOTE_ADDR"] in self._believed:
            environ["wsgi.url_scheme"] = "https"
        if status := unjudgeable(environ):
            return answer.refuse(status)
        try:
            return answer.of(self._application(environ, answer.start))
        except Exception:
            log.exception("the application raised what it does not handle")
            return answer.refuse(500)


def unjudgeable(environ: WSGIEnvironment) -> int:
    """The status by which a request is refused of which one cannot tell what it means; 0: it is good."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return 411  # a body in chunks looks the same where it broke off and where it ended
    path = environ["PATH_INFO"]
    if not path.startswith("/") or "," in environ.get("HTTP_HOST", ""):
        return 400  # "GET healthz"; two Host headers are joined by a comma
    if environ.get("HTTP_EXPECT", "100-continue").lower() != "100-continue":
        return 417
    if len(path) + len(environ["QUERY_STRING"]) > LINE:
        return 414
    if any(len(value) > FIELD for name, value in environ.items() if name.startswith("HTTP_")):
        return 431
    return 0


class Answer:
    """Of one request: what the application begins it with, and the line that the log has of it."""

    __slots__ = ("_began", "_environ", "_lines", "_start", "headers", "status")

    def __init__(
        self, environ: WSGIEnvironment, start_response: StartResponse, began: float, lines: logs.RequestLines
    ) -> None:
        self._environ, self._start, self._began, self._lines = environ, start_response, began, lines
        self.status = ""
        self.headers: list[tuple[str, str]] = []

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return self._start(status, headers, exc_info)

    def refuse(self, status: int) -> list[bytes]:
        headers, body = unasked(status)
        self._environ[logs.NOTES] = {"code": json.loads(body)["code"]}
        self.start(f"{status} {HTTPStatus(status).phrase}", headers)
        self.note(len(body))
        return [body]

    def of(self, body: Iterable[bytes]) -> Iterable[bytes]:
        """What granian is given: a list where the answer is known to be small."""
        length = self._header("Content-Length")
        if length is None or int(length) > WHOLE:
            return Going(body, self)
        try:
            parts = list(body)
        finally:
            close(body)
        self.note(sum(map(len, parts)))
        return parts

    def note(self, size: int) -> None:
        """Its line, which is the one that gunicorn writes."""
        environ, took = self._environ, int((perf_counter() - self._began) * 1_000_000)
        status, request_id = int(self.status.partition(" ")[0]), self._header("X-Request-ID") or ""
        self._lines.write(environ, logs.as_sent(environ["PATH_INFO"]), status, size, took, request_id)

    def _header(self, wanted: str) -> str | None:
        return next((value for name, value in self.headers if name == wanted), None)


class Going:
    """A body that goes on while it is sent: counted, and noted at its end."""

    def __init__(self, body: Iterable[bytes], answer: Answer) -> None:
        self._body, self._answer = body, answer
        self._sent = 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self._body:
            self._sent += len(part)
            yield part

    def close(self) -> None:
        close(self._body)
        self._answer.note(self._sent)


class Believed:
    """FORWARDED_ALLOW_IPS as gunicorn reads it: addresses and networks, ``*`` for all; and whoever has our socket."""

    def __init__(self, written: str) -> None:
        named = [name.strip() for name in written.split(",") if name.strip()]
        self._all = "*" in named
        self._networks = [ipaddress.ip_network(name) for name in named if name != "*"]

    def __contains__(self, address: str) -> bool:
        if self._all or not address:
            return True
        return any(ipaddress.ip_address(address) in network for network in self._networks)


def close(body: Iterable[bytes]) -> None:
    if hasattr(body, "close"):
        body.close()
