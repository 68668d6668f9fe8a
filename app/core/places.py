"""Where this app is, as browsers see it: under a path that a proxy takes away (PUBLIC_PATH), or mounted at one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, request

from app.core.settings import settings, settings_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEVELOPMENT_PORT = 8000


class BelowPath:
    """Says the path that the proxy in front has taken away, as WSGI does (PEP 3333, SCRIPT_NAME).

    Links, redirects and cookie paths follow from it.
    """

    def __init__(self, application: WSGIApplication, path: str) -> None:
        self._application = application
        self._path = path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["SCRIPT_NAME"] = self._path
        return self._application(environ, start_response)


def own_path(path: str) -> str:
    """A path of this app as a browser asks for it."""
    return request.script_root + path


def sign_in_place() -> str | None:
    """SIGN_IN_URL as a browser reads it: a path is one of this app."""
    return _as_browsers_read(settings().sign_in_url)


def home_place() -> str | None:
    """HOME_URL, likewise."""
    return _as_browsers_read(settings().home_url)


def _as_browsers_read(place: str | None) -> str | None:
    return own_path(place) if place and place.startswith("/") else place


def public_base() -> str:
    """What this app is called from outside. Without PUBLIC_URL the request says, which is for development."""
    return (settings().public_url or request.host_url.rstrip("/")) + request.script_root


def public_link(path: str) -> str:
    """The address of a path of ours for a mail, which no request is asked for: whoever asks for a mail could write
    another host into that. Without PUBLIC_URL it is this machine, which is for development.
    """
    config = settings()
    base = config.public_url or f"http://localhost:{config.variables.get('PORT') or DEVELOPMENT_PORT}"
    return base + config.public_path + path


def init_app(app: Flask) -> None:
    config = settings_of(app)
    if config.public_path:
        app.wsgi_app = BelowPath(app.wsgi_app, config.public_path)  # type: ignore[method-assign]
