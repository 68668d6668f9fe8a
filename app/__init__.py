"""Flaskport: a Flask backend whose authentication is already built. ``create_app`` is the list of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, cast

from flask import Flask, Request, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import MapAdapter

from app import accounts, api, auth, browser, guards, health, limits, ours, pages, sessions, trpc
from app import cli as commands
from app.auth import well_known
from app.core import (
    assets,
    cli,
    client,
    compression,
    cross_origin,
    database,
    doctor,
    encryption,
    errors,
    explaining,
    headers,
    http,
    languages,
    logging,
    mail,
    openapi,
    origin,
    places,
    proxies,
    refusals,
    settings,
    typescript,
)
from app.core import pages as slots
from app.core.config import Config
from app.core.parts import Part, folder_of, set_up
from app.core.routing import LazyRule, bound
from app.core.undone import may_go_again
from app.core.views import require_imported
from app.extensions import db
from app.features import FEATURES
from app.passport import public
from app.passport.passport import require_guards
from config import ConfigError

GROUND: tuple[Part, ...] = (
    proxies,
    logging,
    doctor,
    explaining,
    database,
    encryption,
    errors,
    headers,
    places,
    http,
    cross_origin,
    origin,
    openapi,
    cli,
    assets,
    languages,
    slots,
    typescript,
    client,
    mail,
)
"""What every request goes through, the innermost first."""
ROOMS: tuple[Part, ...] = (
    guards,
    sessions,
    limits,
    accounts,
    browser,
    trpc,
    auth,
    api,
    health,
    well_known,
    pages,
    commands,
)
EVERY_FEATURE: tuple[Part, ...] = (*FEATURES, *ours.FEATURES)

A_YEAR = 31_536_000


class Flaskport(Flask):
    """Flask for synchronous views only, which has its settings from the beginning. Raises ConfigError."""

    response_class = http.Answer
    json_provider_class = http.Json
    url_rule_class = LazyRule

    def __init__(self, name: str, config: Config) -> None:
        super().__init__(name)
        if config.production and self.debug:
            raise ConfigError("FLASK_DEBUG, or --debug, is on: not with APP_ENV=production.")
        settings.keep(self, config)
        self.view_functions["static"] = public(cast("Callable[..., Response]", self.view_functions["static"]))

    def dispatch_request(self) -> ResponseReturnValue:
        """Once more, where the database undid it to let another one go on, and nothing of it was committed before."""
        try:
            return super().dispatch_request()
        except DBAPIError as error:
            if not may_go_again(error):
                raise
            db.session.remove()
        return super().dispatch_request()

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Load balancers ask after our health by the machine's address, or name no host: there any Host will do.

        For the rest it is Flask's own; by a shorter way, unless SERVER_NAME is set or WebSockets are asked for.
        """
        if request is not None and request.path in http.ANY_HOST:
            return self.url_map.bind("", path_info=request.path, default_method=request.method)
        if request is None or self.config["SERVER_NAME"] is not None or "HTTP_UPGRADE" in request.environ:
            return super().create_url_adapter(request)
        request.trusted_hosts, sent = self.config["TRUSTED_HOSTS"], request.environ
        return MapAdapter(
            self.url_map,
            bound(request.host),
            http.decoded(sent.get("SCRIPT_NAME", "")),
            self.url_map.default_subdomain,
            sent["wsgi.url_scheme"],
            http.decoded(sent.get("PATH_INFO", "/")),
            sent["REQUEST_METHOD"],
            http.decoded(sent.get("QUERY_STRING", "")),
        )

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """A year for a static file that is asked for by its content (``?v=``); others are asked about each time."""
        return A_YEAR if "v" in request.args else super().get_send_file_max_age(filename)

    def send_static_file(self, filename: str) -> Response:
        """Static files are for front ends on other origins, too, and compressed for whoever takes that."""
        response = compression.compressed(assets.send(self, filename))
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Every view and hook here is a plain function: nothing to find out on each call of each."""
        return func


def create_app(config: Config | None = None, features: Iterable[Part] = EVERY_FEATURE) -> Flask:
    """Build the application, or refuse.

    ConfigError is for bad settings, BadGuards for an unguarded or forgotten view, BadPages for what pages miss.
    """
    app = Flaskport(__name__, config or settings.from_environment())
    chosen = tuple(features)
    refusals.leave_out(app, (part for part in EVERY_FEATURE if part not in chosen))
    set_up(app, chain(GROUND, ROOMS, _found(app, chosen)))
    close(app)
    return app


def _found(app: Flask, features: Iterable[Part]) -> Iterator[Part]:
    """Each feature, once what its folder holds for pages, and in which languages, is found."""
    for feature in features:
        assets.bring(app, folder_of(feature))
        languages.bring(app, folder_of(feature))
        yield feature


def close(app: Flask) -> None:
    """The one last check: every module of views is imported, every view guarded and described, every section there."""
    require_imported("app.api", "app.auth.routes")
    cross_origin.close(app)
    trpc.close(app)
    require_guards(app)
    openapi.close(app)
    client.close(app)
    languages.close(app)
    pages.close(app)
    slots.close(app)
