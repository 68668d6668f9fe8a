"""The app's OpenAPI document: what blueprints add themselves to, and where it is served."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, cast

from apispec import APISpec
from flask import Flask, Response
from flask_smorest import Api as SmorestApi

from app.core.compression import compressed
from app.core.config import Config
from app.core.openapi import page as docs_page
from app.core.openapi.components import add_components, description, tell_codes
from app.core.openapi.document import COOKIES, Blueprint, Doc
from app.core.settings import settings_of
from app.core.version import VERSION, series_of
from app.passport import BadDeclaration, public

EXTENSION = "flaskport.openapi"
_ONE_AT_A_TIME = threading.RLock()
"""Blueprints are those of all apps of a process."""


class Api(SmorestApi):  # type: ignore[misc]
    """flask-smorest with our one error shape.

    It adds a blueprint's views at once, and describes them when somebody asks for the document: most processes are
    never asked, and to describe takes longer than all else that makes an app.
    """

    ERROR_SCHEMA = "Error"
    DEFAULT_ERROR_RESPONSE_NAME = None  # every answer is listed

    def __init__(self, app: Flask) -> None:
        self._spec: APISpec
        self._undescribed: list[Blueprint] = []
        self._closed = False
        super().__init__(app)

    @property
    def spec(self) -> APISpec:
        """The document; once the app is complete, with all that was added by now."""
        with _ONE_AT_A_TIME:
            if self._closed and self._undescribed:
                self._describe()
        return self._spec

    @spec.setter
    def spec(self, spec: APISpec) -> None:
        self._spec = spec

    def register_blueprint(self, blueprint: Blueprint) -> None:
        if blueprint.name in self._app.blueprints:
            other = self._app.blueprints[blueprint.name].import_name
            raise BadDeclaration(f'{blueprint.import_name}: the blueprint "{blueprint.name}" is {other}\'s. Rename it.')
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)

    def close(self) -> None:
        """Every strategy that a guard names is in use by now, and every code is declared."""
        self._closed = True

    def _describe(self) -> None:
        """Write what was added into the document, tag by tag, in the order in which their owners were added."""
        waiting = self._undescribed
        owners = [blueprint.tag for blueprint in waiting if blueprint.tag == blueprint.name]
        for blueprint in sorted(waiting, key=lambda each: owners.index(each.tag) if each.tag in owners else 0):
            blueprint.register_views_in_doc(self, self._app, self._spec, name=blueprint.name, parameters=None)
            if blueprint.tag == blueprint.name:
                self._spec.tag({"name": blueprint.tag, "description": blueprint.description})
        tell_codes(self._app, self._spec)
        self._undescribed = []

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
    """Register a blueprint. Its views are described when the document is asked for."""
    cast(Api, app.extensions[EXTENSION]).register_blueprint(blueprint)


def close(app: Flask) -> None:
    """From now on the document can be asked for."""
    cast(Api, app.extensions[EXTENSION]).close()


def document_of(app: Flask) -> Doc:
    """The whole document, as it is served."""
    with app.app_context():
        document: Doc = cast(Api, app.extensions[EXTENSION]).spec.to_dict()
    return document


def init_app(app: Flask) -> None:
    config = settings_of(app)
    app.config.update(
        API_TITLE="Flaskport",
        API_VERSION=series_of(VERSION) if config.production else VERSION,
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
