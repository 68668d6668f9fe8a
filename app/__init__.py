"""Flaskport: a Flask backend whose authentication is already built. ``create_app`` is the list of its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Request, Response, request
from werkzeug.routing import MapAdapter

from app import auth, cli, guards, health, pages, trpc
from app.api import api
from app.auth.well_known import well_known
from app.core import (
    compression,
    cross_origin,
    database,
    errors,
    headers,
    http,
    logging,
    openapi,
    origin,
    places,
    proxies,
    settings,
)
from app.core.views import require_imported
from app.passport import public
from app.passport.passport import require_guards
from config import Config, ConfigError

A_YEAR = 31_536_000


class Flaskport(Flask):
    """Flask for synchronous views only."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Load balancers ask after our health by the machine's address, or name no host: there any Host will do."""
        if request is not None and request.path in http.ANY_HOST:
            return self.url_map.bind("", path_info=request.path, default_method=request.method)
        return super().create_url_adapter(request)

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """A year for a static file that is asked for by its content (``?v=``); others are asked about each time."""
        return A_YEAR if "v" in request.args else super().get_send_file_max_age(filename)

    def send_static_file(self, filename: str) -> Response:
        """Static files are for front ends on other origins, too, and compressed for whoever takes that."""
        response = compression.compressed(super().send_static_file(filename))
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Every view and hook here is a plain function: nothing to find out on each call of each."""
        return func


def create_app(config: Config | None = None) -> Flask:
    """Build the application, or refuse: ConfigError for bad settings, BadGuards for an unguarded or forgotten view."""

    config = config or Config.from_env()
    app = Flaskport(__name__)
    if config.production and app.debug:
        raise ConfigError("FLASK_DEBUG, or --debug, is on: not with APP_ENV=production.")
    app.view_functions["static"] = public(cast("Callable[..., Response]", app.view_functions["static"]))
    if config.trusted_proxy_count:
        app.wsgi_app = proxies.BehindProxies(app.wsgi_app, config.trusted_proxy_count)  # type: ignore[method-assign]
    if config.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = list(config.trusted_hosts)

    settings.init_app(app, config)
    logging.init_app(config)
    database.init_app(app, config)
    errors.init_app(app)
    headers.init_app(app)
    places.init_app(app, config)
    http.init_app(app)
    cross_origin.init_app(app, config)
    origin.init_app(app, config)
    guards.init_app(app)
    document = openapi.init_app(app, config)
    auth.init_app(app)
    pages.init_app(app, config)
    trpc.init_app(app)
    cli.init_app(app)
    for blueprint in (auth.auth, api, health.health, well_known):
        document.register_blueprint(blueprint)

    require_imported("app.api", "app.auth.routes")
    require_guards(app)
    return app
