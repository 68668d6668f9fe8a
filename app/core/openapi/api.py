"""The app's OpenAPI document: what blueprints add themselves to, and where it is served."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Response
from flask_smorest import Api as SmorestApi

from app.core.compression import compressed
from app.core.config import Config
from app.core.openapi import page as docs_page
from app.core.openapi.components import add_components, description, tell_codes
from app.core.openapi.document import COOKIES, Blueprint, Doc
from app.core.settings import settings_of
from app.passport import BadDeclaration, public

VERSION = "0.1.0"
EXTENSION = "flaskport.openapi"


class Api(SmorestApi):  # type: ignore[misc]
    """flask-smorest with our one error shape.

    It adds a blueprint's views at once, and describes them later: a guard may name a strategy of a part that comes
    after the blueprint's.
    """

    ERROR_SCHEMA = "Error"
    DEFAULT_ERROR_RESPONSE_NAME = None  # every answer is listed

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._undescribed: list[Blueprint] = []
        self._closed = False

    def register_blueprint(self, blueprint: Blueprint) -> None:
        if blueprint.name in self._app.blueprints:
            other = self._app.blueprints[blueprint.name].import_name
            raise BadDeclaration(f'{blueprint.import_name}: the blueprint "{blueprint.name}" is {other}\'s. Rename it.')
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)
        if self._closed:
            self.describe()

    def describe(self) -> None:
        """Write what was added into the document, tag by tag, in the order in which their owners were added."""
        waiting, self._undescribed, self._closed = self._undescribed, [], True
        owners = [blueprint.tag for blueprint in waiting if blueprint.tag == blueprint.name]
        for blueprint in sorted(waiting, key=lambda each: owners.index(each.tag) if each.tag in owners else 0):
            blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
            if blueprint.tag == blueprint.name:
                self.spec.tag({"name": blueprint.tag, "description": blueprint.description})

    def _register_pagination_header(self) -> None:
        """Pages are asked for by cursor."""

    def _register_error_handlers(self) -> None:
        """``core/errors`` has one for all."""


def _servers(config: Config) -> Doc:
    """Paths of the document begin where the server does (OpenAPI 3.1, "servers")."""
    return {"servers": [{"url": config.public_path}]} if config.public_path else {}


def _compressed(view: Callable[..., Response]) -> Callable[..., Response]:
    """The document is large, and the same for everybody."""

    @functools.wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        return compressed(view(*args, **kwargs))

    return answer


def add(app: Flask, blueprint: Blueprint) -> None:
    """Register a blueprint. Its views are described when the app is complete."""
    cast(Api, app.extensions[EXTENSION]).register_blueprint(blueprint)


def close(app: Flask) -> None:
    """Describe the views of all blueprints: every strategy that their guards name is in use by now."""
    api = cast(Api, app.extensions[EXTENSION])
    api.describe()
    tell_codes(app, api.spec)


def init_app(app: Flask) -> None:
    config = settings_of(app)
    app.config.update(
        API_TITLE="Flaskport",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"info": {"description": description(cookies=config.cookies)}, **_servers(config)},
        **{COOKIES: config.cookies},
        OPENAPI_URL_PREFIX="/" if config.api_docs else None,
    )
    api = app.extensions[EXTENSION] = Api(app)
    add_components(api.spec)
    if config.api_docs:
        docs_page.init_app(app)
    for endpoint, view in list(app.view_functions.items()):
        if endpoint.startswith("api-docs."):
            app.view_functions[endpoint] = public(_compressed(cast("Callable[..., Response]", view)))
