"""What every answer carries: security headers, a request id, no caching unless a view allows it."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

DEFAULT_HEADERS = {
    "content-security-policy": ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    "x-content-type-options": ("X-Content-Type-Options", "nosniff"),
    "referrer-policy": ("Referrer-Policy", "no-referrer"),
    "cross-origin-resource-policy": ("Cross-Origin-Resource-Policy", "same-origin"),
    "cache-control": ("Cache-Control", "no-store"),
}
"""For JSON (ASVS 3.2.1, 3.4.3-3.4.6, 14.3.2). A view that sets one of these itself keeps its own."""
HSTS = "max-age=63072000; includeSubDomains"


def request_id() -> str:
    """The id of this request, made when it is first asked for."""
    known: str | None = g.get("request_id")
    if known is None:
        known = g.request_id = secrets.token_hex(8)
    return known


def finish_response(response: Response) -> Response:
    headers = response.headers
    missing = DEFAULT_HEADERS.copy()
    for name, _ in headers:
        missing.pop(name.lower(), None)
    for name, value in missing.values():
        headers.add(name, value)
    headers.add("X-Request-ID", request_id())
    if request.is_secure:
        headers.add("Strict-Transport-Security", HSTS)
    return response


def init_app(app: Flask) -> None:
    app.after_request(finish_response)
