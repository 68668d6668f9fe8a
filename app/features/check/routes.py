"""What ``GET /auth/check`` and its script find out from a front end's own origin: do cookies, CSRF and CORS agree?

Three probe cookies travel exactly as the real ones do.
"""

from __future__ import annotations

import secrets
from hmac import compare_digest

from flask import Response, jsonify, request, url_for

from app.core import clock
from app.core.openapi import Blueprint, needs_cookies
from app.core.pages import page
from app.core.settings import settings
from app.features.check.schemas import CheckedSchema, ProbeSchema, SeenSchema
from app.guards import Decorator
from app.passport.csrf import CSRF_HEADER
from app.sessions.cookies import attributes, refresh_path

PROBE, REFRESH_PROBE, CSRF_PROBE = "check_probe", "check_refresh_probe", "check_csrf_probe"
PROBE_SECONDS = 300


def show_check() -> Response:
    """A page that runs the check on this origin, and has the line that runs it on yours."""
    return page("check/page", script=url_for("static", filename="check.js", _external=True))


def set_probe() -> Response:
    """Set three cookies with the attributes of the real ones."""
    config = settings()
    response = jsonify(cookie_mode=config.cookie_mode, secure=attributes(config)["secure"], now=clock.iso(clock.now()))
    travels = refresh_path("/auth/check")
    for name, path, readable in ((PROBE, "/", False), (REFRESH_PROBE, travels, False), (CSRF_PROBE, "/", True)):
        response.set_cookie(
            name,
            secrets.token_urlsafe(12),
            max_age=PROBE_SECONDS,
            path=path,
            httponly=not readable,
            **attributes(config),
        )
    return response


def show_seen() -> Response:
    """Which of them came back, and the value that a page of another site cannot read."""
    return jsonify(
        access=PROBE in request.cookies,
        refresh=REFRESH_PROBE in request.cookies,
        csrf=request.cookies.get(CSRF_PROBE),
        now=clock.iso(clock.now()),
    )


def check_csrf_probe() -> Response:
    """Does the header repeat the cookie?"""
    cookie, header = request.cookies.get(CSRF_PROBE, ""), request.headers.get(CSRF_HEADER, "")
    return jsonify(accepted=bool(cookie) and compare_digest(cookie.encode(), header.encode()))


def blueprint(guard: Decorator) -> Blueprint:
    """The views, all behind this guard."""
    check = Blueprint("check", __name__, url_prefix="/auth/check", tag="auth")
    html = check.response(200, {"type": "string"}, content_type="text/html")
    for route, answer, view in (
        (check.get(""), html, show_check),
        (check.post("/probe"), check.response(200, ProbeSchema), set_probe),
        (check.get("/seen"), check.response(200, SeenSchema), show_seen),
        (check.post("/csrf"), check.response(200, CheckedSchema), check_csrf_probe),
    ):
        route(needs_cookies(guard(answer(view))))
    return check
