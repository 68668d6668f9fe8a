"""What the reverse proxies in front say of a request: whose address it came from, and by which scheme.

TRUSTED_PROXY_COUNT of them are believed. Each adds to X-Forwarded-For, so that the visitor's address is as many values
from the end; what stands before it anybody may have sent. X-Forwarded-Proto most of them set anew: with fewer values
than proxies it is the last one's word.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from app.core.settings import settings_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SCHEMES = frozenset({"http", "https"})


class BehindProxies:
    """Puts what they say into the environment. The host stays that of the Host header."""

    def __init__(self, application: WSGIApplication, count: int) -> None:
        self._application = application
        self._count = count

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        addresses = _values(environ, "HTTP_X_FORWARDED_FOR")
        if len(addresses) >= self._count and (address := address_in(addresses[-self._count])):
            environ["REMOTE_ADDR"] = address
        schemes = _values(environ, "HTTP_X_FORWARDED_PROTO")
        if schemes:
            scheme = schemes[-self._count if len(schemes) >= self._count else -1].lower()
            if scheme in SCHEMES:
                environ["wsgi.url_scheme"] = scheme
        return self._application(environ, start_response)


def _values(environ: WSGIEnvironment, name: str) -> list[str]:
    return [value for part in str(environ.get(name, "")).split(",") if (value := part.strip(" \t"))]


def address_in(text: str) -> str | None:
    """The IP address in ``address``, ``address:port``, ``[address]`` or ``[address]:port``. None for anything else."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if "%" in text:
        return None  # a zone: any text, which only that proxy could make something of
    # A socket for both versions writes IPv4 as ::ffff:192.0.2.7, which is the same address.
    return str(getattr(address, "ipv4_mapped", None) or address)


def init_app(app: Flask) -> None:
    count = settings_of(app).trusted_proxy_count
    if count:
        app.wsgi_app = BehindProxies(app.wsgi_app, count)  # type: ignore[method-assign]
