"""What every answer carries: security headers, a request id, no caching unless a view allows it.

As WSGI middleware, it also covers what Flask answers when a hook fails, and costs a list operation a header.
"""

from __future__ import annotations

import os
import secrets
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT_HEADERS = {
    "content-security-policy": (
        "Content-Security-Policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    "x-content-type-options": ("X-Content-Type-Options", "nosniff"),
    "referrer-policy": ("Referrer-Policy", "no-referrer"),
    "cross-origin-resource-policy": ("Cross-Origin-Resource-Policy", "same-origin"),
    "cache-control": ("Cache-Control", "no-store"),
}
"""For JSON (ASVS 3.2.1, 3.4.3-3.4.6, 14.3.2). A view that sets one of these itself keeps its own."""
PAGE_CSP = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'"
)
"""For pages: no inline script or style, nothing of another host, no text that becomes markup."""
PAGE_OPENER_POLICY = "same-origin-allow-popups"
"""For pages: whoever opened one in a window has no hold on it; what it opens itself (a provider) stays in its sight."""
HSTS = "max-age=63072000; includeSubDomains"

KEY = "flaskport.request_id"
AT_ONCE = 256
"""Ids that are made of what the kernel is asked for once: to ask it each time costs as much as a hook."""
_ids: deque[str] = deque()
os.register_at_fork(after_in_child=_ids.clear)


class FinishedHeaders:
    """Adds to each answer what it does not say itself."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def finish(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            present = {name.lower() for name, _ in headers}
            headers += [header for name, header in DEFAULT_HEADERS.items() if name not in present]
            headers.append(("X-Request-ID", _id_of(environ)))
            if environ["wsgi.url_scheme"] == "https":
                headers.append(("Strict-Transport-Security", HSTS))
            return start_response(status, headers, exc_info)

        return self._application(environ, finish)


def request_id() -> str:
    """The id of this request."""
    return _id_of(request.environ)


def _id_of(environ: WSGIEnvironment) -> str:
    """Made when it is first asked for."""
    known: str | None = environ.get(KEY)
    if known is None:
        known = environ[KEY] = _new_id()
    return known


def _new_id() -> str:
    while True:
        try:
            return _ids.pop()
        except IndexError:
            digits = secrets.token_hex(8 * AT_ONCE)
            _ids.extend(digits[place : place + 16] for place in range(0, len(digits), 16))


def init_app(app: Flask) -> None:
    app.wsgi_app = FinishedHeaders(app.wsgi_app)  # type: ignore[method-assign]
