"""What stands between granian and the application in each worker: what granian does otherwise than WSGI or gunicorn has
it is put right here, or refused where it cannot be judged. docs/granian.md has what nobody can put right from outside.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from io import BytesIO
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from granian.wsgi import ResponseIterWrap

import logs
from app.core.http import MAX_BODY_BYTES
from app.core.refusals import unasked
from app.passport.csrf import SAFE_METHODS
from config import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LINE, FIELD = 8_190, 16_380
"""The same as in gunicorn.conf.py: bytes of a path with its query, and of one header."""
WHOLE = 65_536
"""An answer of so many bytes is handed over in one piece, which costs less than an iterator. A longer one goes on."""
LONG, MANY = 65_536, 64
"""A body of more bytes is not read ahead where so many requests wait: what waits is in memory."""
OF_EVERY_REQUEST = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.version": (1, 0),
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
}
"""What is in environ beside what granian knows of the request."""
_OF_HEADERS = ("HTTP_", "CONTENT_TYPE")

log = logging.getLogger("app.granian")


class Sends(Protocol):
    """How granian takes an answer."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> object: ...
    def response_iter(self, status: int, headers: list[tuple[str, str]], body: object) -> object: ...


class Lanes:
    """What granian calls for each request, in the place of its own call of a WSGI application (granian_server.py).

    Who may have to wait for a hash is answered by ``threads`` of ours: granian takes an answer from any thread, at any
    time. So its own can be few, and the fewer threads want the interpreter's lock, the less often it changes hands
    (docs/decisions/0036).
    """

    def __init__(self, entrance: Callable[[Sends, WSGIEnvironment], object], threads: int) -> None:
        self._entrance = entrance
        self._waiting = SimpleQueue[tuple[Sends, "WSGIEnvironment"]]()
        for number in range(threads):
            threading.Thread(target=self._serve, name=f"waiting-{number}", daemon=True).start()

    def __call__(self, granian: Sends, environ: WSGIEnvironment) -> None:
        """``environ`` is what granian knows of the request.

        It lets go of the body when this returns, so a body is read before it is handed over. Not where the request is
        refused unread: whoever expects something else may never send it.
        """
        length = int(environ.get("CONTENT_LENGTH", 0))
        is_too_much = length > MAX_BODY_BYTES or (length > LONG and self._waiting.qsize() >= MANY)
        if is_too_much or not may_hash(environ) or unjudgeable(environ):
            self._entrance(granian, environ)
            return
        if length:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
        self._waiting.put((granian, environ))

    def _serve(self) -> None:
        while True:
            try:
                self._entrance(*self._waiting.get())
            except BaseException:  # whatever it is, the thread is needed for others
                log.exception("a request was not answered")


def may_hash(environ: WSGIEnvironment) -> bool:
    """Whether it may take the hash of a password."""
    return environ["REQUEST_METHOD"] not in SAFE_METHODS or environ.get("HTTP_AUTHORIZATION", "")[:5].lower() == "basic"


class Entrance:
    """From granian to the application and back."""

    def __init__(self, application: WSGIApplication, server: Server) -> None:
        self._application = application
        self._believed = Believed(server.forwarded_allow_ips)
        self._lines = logs.RequestLines()
        self._of_every_request = OF_EVERY_REQUEST | {"wsgi.errors": sys.stderr}

    def __call__(self, granian: Sends, environ: WSGIEnvironment) -> int:
        """``environ`` is what granian knows of the request. Returns the status."""
        answer = Answer(granian, environ, self._lines)
        if not environ["HTTP_HOST"]:
            del environ["HTTP_HOST"]  # there was none
            if environ["SERVER_NAME"].startswith("/"):
                environ["SERVER_NAME"] = "unix"  # where our socket is, is told to nobody
        if environ.get("HTTP_X_FORWARDED_PROTO") == "https" and environ["REMOTE_ADDR"] in self._believed:
            environ["wsgi.url_scheme"] = "https"
        if status := unjudgeable(environ):
            answer.refuse(status)
            return status
        environ.update(self._of_every_request)
        try:
            answer.send(self._application(environ, answer.start))
        except Exception:
            log.exception("the application raised what it does not handle")
            answer.refuse(500)
        return answer.status


def unjudgeable(environ: WSGIEnvironment) -> int:
    """The status by which a request is refused of which one cannot tell what it means; 0: it is good."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return 411  # a body in chunks looks the same where it broke off and where it ended
    path, forwarded = environ["PATH_INFO"], environ.get("HTTP_X_FORWARDED_FOR")
    # "GET healthz"; two Host headers are joined by a comma; a byte outside ASCII that somebody sent empties a header,
    # with what the proxy has added to it.
    if not path.startswith("/") or "," in environ.get("HTTP_HOST", "") or forwarded == "":
        return 400
    if environ.get("HTTP_EXPECT", "100-continue").lower() != "100-continue":
        return 417
    if len(path) + len(environ["QUERY_STRING"]) > LINE:
        return 414
    if [name for name, value in environ.items() if name.startswith(_OF_HEADERS) and len(value) > FIELD]:
        return 431
    return 0


class Answer:
    """Of one request: what the application begins it with, and the line that the log has of it."""

    __slots__ = ("_began", "_environ", "_granian", "_lines", "headers", "status")

    def __init__(self, granian: Sends, environ: WSGIEnvironment, lines: logs.RequestLines) -> None:
        self._granian, self._environ, self._lines, self._began = granian, environ, lines, perf_counter()
        self.status = 500
        self.headers: list[tuple[str, str]] = []

    def start(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None, /) -> Any:
        self.status, self.headers = int(status[:3]), headers

    def refuse(self, status: int) -> None:
        headers, body = unasked(status)
        self._environ[logs.NOTES] = {"code": json.loads(body)["code"]}
        self.start(f"{status} {HTTPStatus(status).phrase}", headers)
        self.note(len(body))
        self._granian.response_bytes(status, headers, body)

    def send(self, body: Iterable[bytes]) -> None:
        """In one piece where the answer is known to be small."""
        length = self._header("Content-Length")
        if length is None or int(length) > WHOLE:
            self._granian.response_iter(self.status, self.headers, ResponseIterWrap(Going(body, self)))  # type: ignore[no-untyped-call]
            return
        try:
            whole = b"".join(body)
        finally:
            close(body)
        self.note(len(whole))
        self._granian.response_bytes(self.status, self.headers, whole)

    def note(self, size: int) -> None:
        """Its line, which is the one that gunicorn writes."""
        environ, took = self._environ, int((perf_counter() - self._began) * 1_000_000)
        request_id = self._header("X-Request-ID") or ""
        self._lines.write(environ, logs.as_sent(environ["PATH_INFO"]), self.status, size, took, request_id)

    def _header(self, wanted: str) -> str | None:
        for name, value in self.headers:
            if name == wanted:
                return value
        return None


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
