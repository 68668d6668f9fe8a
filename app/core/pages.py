"""Pages with the headers of one, and static files by an address that changes with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, make_response, render_template, url_for

from app.core.headers import PAGE_CSP, PAGE_OPENER_POLICY

STATIC = Path(__file__).resolve().parent.parent / "static"

IN_A_WINDOW = {"signed-in", "error"}
"""Pages where a sign-in in a window of its own may end. The page that opened it has to be told, or to see it closed."""


def page(name: str, status: int = 200, **facts: Any) -> Response:
    """A page, with the headers of one."""
    response = make_response(render_template(f"pages/{name}.html", **facts), status)
    response.headers["Content-Security-Policy"] = PAGE_CSP
    response.headers["Referrer-Policy"] = "same-origin"
    if name not in IN_A_WINDOW:
        response.headers["Cross-Origin-Opener-Policy"] = PAGE_OPENER_POLICY
    return response


def asset(name: str) -> str:
    """The address of a static file, which changes with its content: it may be cached for ever."""
    return url_for("static", filename=name, v=_digest(name, (STATIC / name).stat().st_mtime_ns))


@cache
def _digest(name: str, changed: int) -> str:
    """``changed`` is a key of the cache: a stylesheet edited while the server runs is a new one."""
    del changed
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
