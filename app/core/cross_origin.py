"""CORS for the front ends in CORS_ORIGINS, with credentials, by flask-cors. Nobody else gets a header."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response

from app.core.settings import settings_of
from app.extensions import cors
from app.passport.csrf import CSRF_HEADER

ALLOWED_HEADERS = ["Authorization", "Content-Type", CSRF_HEADER, "trpc-accept"]
EXPOSED_HEADERS = ["RateLimit", "RateLimit-Policy", "Retry-After", "X-Auth-State", "X-Request-ID", CSRF_HEADER]
PREFLIGHT_SECONDS = 600
_KEY = "flaskport.allowed_headers"


def allow_header(app: Flask, name: str) -> None:
    """Let those front ends send this header, too."""
    cast("list[str]", app.extensions[_KEY]).append(name)


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = list(ALLOWED_HEADERS)


def close(app: Flask) -> None:
    """Once every part has said which headers it reads."""
    config = settings_of(app)
    if not config.cors_origins:
        return
    cors.init_app(
        app,
        origins=list(config.cors_origins),
        supports_credentials=config.cookies,
        allow_headers=app.extensions[_KEY],
        expose_headers=EXPOSED_HEADERS,
        methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        max_age=PREFLIGHT_SECONDS,
        vary_header=False,
    )
    app.after_request(_vary_by_origin)


def _vary_by_origin(response: Response) -> Response:
    # flask-cors says so only where several origins are listed; a cache has to know in any case.
    response.vary.add("Origin")
    return response
