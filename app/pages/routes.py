"""Signing in and up, one's account, administration. Nothing here knows who is asking: the API does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, url_for

from app.accounts import passwords
from app.accounts.roles import ROLES
from app.core.errors import ERROR_PAGE
from app.core.headers import PAGE_CSP
from app.core.settings import settings
from app.guards import public
from app.passport.passport import strategies_of
from config import Config, ConfigError

STATIC = Path(__file__).resolve().parent.parent / "static"

pages = Blueprint("pages", __name__)
popup = Blueprint("popup", __name__)
"""Also there without the pages: the browser client needs it, whoever uses it."""


@pages.get("/sign-in")
@public
def sign_in() -> Response:
    return page("sign-in", provider_count=_provider_count())


@pages.get("/sign-up")
@public
def sign_up() -> Response:
    return page("sign-up", provider_count=_provider_count(), passwords=passwords)


@pages.get("/account")
@public
def account() -> Response:
    return page("account", passwords=passwords, roles=_roles())


@pages.get("/admin")
@public
def admin() -> Response:
    return page("admin", roles=_roles())


@popup.get("/signed-in")
@public
def signed_in() -> Response:
    """Where a sign-in in a window of its own ends: it tells the page that opened it, and closes."""
    return page("signed-in")


def page(name: str, status: int = 200, **facts: Any) -> Response:
    """A page, with the headers of one."""
    response = make_response(render_template(f"pages/{name}.html", **facts), status)
    response.headers["Content-Security-Policy"] = PAGE_CSP
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _provider_count() -> int:
    """How much room the buttons need that the client brings: nothing on the page moves when they arrive."""
    return sum(hasattr(strategy, "provider") for strategy in strategies_of(current_app).values())


def _roles() -> Mapping[str, list[str]]:
    """What each role may do: decides what a page offers. What is allowed, the API decides."""
    return {role: sorted(permissions) for role, permissions in ROLES.items()}


def asset(name: str) -> str:
    """The address of a static file, which changes with its content: it may be cached for ever."""
    return url_for("static", filename=name, v=_digest(name, (STATIC / name).stat().st_mtime_ns))


@cache
def _digest(name: str, changed: int) -> str:
    """``changed`` is a key of the cache: a stylesheet edited while the server runs is a new one."""
    del changed
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _error_page(body: Mapping[str, Any]) -> Response:
    return page("error", error=body)


def _context() -> dict[str, Any]:
    """What each page knows: the brand, and the origins that people may be sent on to, which are no secret."""
    config = settings()
    return {"brand": config.brand, "front_ends": config.front_ends}


def _check_logo(logo: str | None) -> None:
    if logo and not ((STATIC / logo).resolve().is_relative_to(STATIC) and (STATIC / logo).is_file()):
        raise ConfigError(f"BRAND_LOGO is {logo!r}; it must be the name of a file in app/static.")


def init_app(app: Flask, config: Config) -> None:
    """Raises ConfigError for a logo that is not there."""
    _check_logo(config.brand.logo)
    app.add_template_global(asset)
    app.context_processor(_context)
    app.register_blueprint(popup)
    if config.hosted_pages:
        app.register_blueprint(pages)
        app.extensions[ERROR_PAGE] = _error_page
