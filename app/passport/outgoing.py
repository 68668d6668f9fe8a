"""Calls to other servers, identity providers above all, which may hang, send without end, or lead elsewhere."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from app.passport.addresses import is_acceptable

CONNECT_SECONDS = 4.0
SILENCE_SECONDS = 5.0
"""The longest wait for the next bytes."""
TOTAL_SECONDS = 10.0
MAX_BYTES = 1024 * 1024
MAX_REDIRECTS = 3
CHUNK_BYTES = 16 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TOO_LONG = "an answer that takes too long"


class Unacceptable(requests.RequestException):
    """The provider did something that we do not accept; the text says what."""


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, Any] | None = None,
    seconds: float | None = None,
    **options: Any,
) -> requests.Response:
    """An answer, whole, of at most 1 MiB and within 10 seconds, or fewer where that is said.

    Only https, or http on this machine. Redirects are followed for GET, on the same origin, three times. ``options``
    are those of requests. Raises requests.RequestException.
    """
    # Without an auth of ours, requests would send the password that the service user's ~/.netrc has for this host.
    options["auth"] = options.get("auth") or _no_password
    whole = TOTAL_SECONDS if seconds is None else seconds
    options["timeout"] = (min(CONNECT_SECONDS, whole), min(SILENCE_SECONDS, whole))
    with _deadline(whole) as is_over, requests.Session() as session:
        session.mount("http://", _Adapter())
        session.mount("https://", _Adapter())
        try:
            response = _follow(session, method, url, dict(headers or {}), options)
        except (requests.RequestException, OSError, ValueError) as error:
            if is_over.is_set():
                raise requests.ReadTimeout(TOO_LONG) from error
            raise
        if is_over.is_set():  # a connection that was cut looks like an answer that ends
            raise requests.ReadTimeout(TOO_LONG)
        return response


def reason_of(error: BaseException) -> str | None:
    """Which failed call caused an exception, for the log: without the call's address and without the answer's text."""
    while not isinstance(error, requests.RequestException):
        cause = error.__cause__ or error.__context__
        if cause is None:
            return None
        error = cause
    if isinstance(error, Unacceptable):
        return str(error)
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"status {error.response.status_code}"
    return type(error).__name__


def _follow(
    session: requests.Session, method: str, url: str, headers: dict[str, Any], options: dict[str, Any]
) -> requests.Response:
    for _ in range(MAX_REDIRECTS + 1):
        if not is_acceptable(url):
            raise Unacceptable("an address that is not https")
        response = session.request(
            method,
            url,
            headers=headers,
            allow_redirects=False,
            stream=True,
            **options,
        )
        with response:
            _read(response)
        if response.status_code not in REDIRECTS:
            return response
        following = urljoin(url, response.headers.get("Location", ""))
        if method != "GET" or _origin(following) != _origin(url):
            raise Unacceptable("redirected to another place")
        url, options = following, {name: value for name, value in options.items() if name != "params"}
    raise Unacceptable("redirected too often")


def _no_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _read(response: requests.Response) -> None:
    """Take the body in, decompressed, where requests would have put it."""
    body = bytearray()
    for chunk in response.iter_content(CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_BYTES:
            raise Unacceptable("an answer without end")
    response._content = bytes(body)


@contextlib.contextmanager
def _deadline(seconds: float) -> Iterator[threading.Event]:
    """Cut the connections of what runs inside after so long. Time-outs alone begin anew with each byte that comes."""
    call = _Call()
    token = _current.set(call)
    timer = threading.Timer(seconds, call.cut)
    timer.daemon = True
    timer.start()
    try:
        yield call.is_over
    finally:
        timer.cancel()
        _current.reset(token)


class _Call:
    """The connections of a call under way."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self._opened: list[socket.socket] = []

    def opened(self, connection: socket.socket) -> None:
        self._opened.append(connection)
        if self.is_over.is_set():  # cut() ran before this connection was there
            raise requests.ReadTimeout(TOO_LONG)

    def cut(self) -> None:
        self.is_over.set()
        for connection in self._opened:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


_current: ContextVar[_Call] = ContextVar("call")


class _Connection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _current.get().opened(self.sock)


class _SecureConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _current.get().opened(self.sock)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOLS = {"http": _Pool, "https": _SecurePool}


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager
