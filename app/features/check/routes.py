"""What ``GET /auth/check`` and its script find out from a front end's own origin: do cookies, CSRF and CORS agree?

For developers: open in development, for admins in production. Three probe cookies travel exactly as the real ones do.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from hmac import compare_digest
from typing import ParamSpec, TypeVar

from flask import Response, jsonify, make_response, render_template, request, url_for

from app.accounts.current import from_claims
from app.accounts.roles import ADMIN_ROLE
from app.core import clock
from app.core.error_codes import CODES_OF_STRATEGIES
from app.core.headers import PAGE_CSP, PAGE_OPENER_POLICY
from app.core.openapi import Blueprint, needs_cookies
from app.core.settings import settings
from app.features.check.schemas import CheckedSchema, ProbeSchema, SeenSchema
from app.guards import public
from app.passport import Forbidden, NotAuthenticated
from app.passport.cookies import only_cookie_of
from app.passport.csrf import CSRF_HEADER
from app.sessions.cookies import attributes, names, refresh_path
from app.sessions.tokens import decode_access

PROBE, REFRESH_PROBE, CSRF_PROBE = "check_probe", "check_refresh_probe", "check_csrf_probe"
PROBE_SECONDS = 300

check = Blueprint("check", __name__, url_prefix="/auth", tag="auth", template_folder="templates")

P = ParamSpec("P")
R = TypeVar("R")


def for_developers(view: Callable[P, R]) -> Callable[P, R]:
    """In production for admins. Not by a guard: it would ask for the CSRF header, which is what is being tried here."""

    @check.alt_response(401, *CODES_OF_STRATEGIES["jwt"][401], description="In production, where nobody is signed in.")
    @check.alt_response(403, "role_required", description="In production, for whom is no admin.")
    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if settings().production:
            _require_admin()
        return view(*args, **kwargs)

    return checked


def _require_admin() -> None:
    token = only_cookie_of(request, names(settings()).access)
    if token is None:
        raise NotAuthenticated
    if not from_claims(decode_access(token)).has_role(ADMIN_ROLE):
        raise Forbidden("role_required", "In production this is for admins.")


@check.get("/check")
@needs_cookies
@public
@check.response(200, {"type": "string"}, content_type="text/html")
@for_developers
def show_check() -> Response:
    """A page that runs the check on this origin, and has the line that runs it on yours."""
    response = make_response(
        render_template("check.html", script=url_for("static", filename="check.js", _external=True))
    )
    response.headers["Content-Security-Policy"] = PAGE_CSP
    response.headers["Cross-Origin-Opener-Policy"] = PAGE_OPENER_POLICY
    return response


@check.post("/check/probe")
@needs_cookies
@public
@check.response(200, ProbeSchema)
@for_developers
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


@check.get("/check/seen")
@needs_cookies
@public
@check.response(200, SeenSchema)
@for_developers
def show_seen() -> Response:
    """Which of them came back, and the value that a page of another site cannot read."""
    return jsonify(
        access=PROBE in request.cookies,
        refresh=REFRESH_PROBE in request.cookies,
        csrf=request.cookies.get(CSRF_PROBE),
        now=clock.iso(clock.now()),
    )


@check.post("/check/csrf")
@needs_cookies
@public
@check.response(200, CheckedSchema)
@for_developers
def check_csrf_probe() -> Response:
    """Does the header repeat the cookie?"""
    cookie, header = request.cookies.get(CSRF_PROBE, ""), request.headers.get(CSRF_HEADER, "")
    return jsonify(accepted=bool(cookie) and compare_digest(cookie.encode(), header.encode()))
