"""The OpenAPI document, read from the decorators that enforce it, over flask-smorest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

import marshmallow as ma
from apispec import APISpec
from flask import Flask, Response
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from flask_smorest.blueprint import deepupdate

from app.core.errors import on_http_exception
from app.core.http import Parser
from app.passport import Guard, guard_of
from app.passport.passport import public, strategies_of
from config import Config

VERSION = "0.1.0"
P = ParamSpec("P")
R = TypeVar("R")


class Same(Protocol):
    """A decorator that leaves a view's type as it is."""

    def __call__(self, view: Callable[P, R], /) -> Callable[P, R]: ...


class ErrorSchema(ma.Schema):
    """The shape of every error."""

    message = ma.fields.String(required=True, metadata={"description": "For people; may change."})
    code = ma.fields.String(required=True, metadata={"description": "For programs; stable."})
    request_id = ma.fields.String(required=True)
    errors = ma.fields.Dict(metadata={"description": "What is wrong, by field."})


class Api(SmorestApi):  # type: ignore[misc]
    """flask-smorest with our one error shape, which keeps an error's headers (Allow, Retry-After)."""

    ERROR_SCHEMA = ErrorSchema

    def handle_http_exception(self, error: Any) -> Any:
        return on_http_exception(error)


class Blueprint(SmorestBlueprint):  # type: ignore[misc]
    """flask-smorest's blueprint with our parser, which documents each view's guard."""

    ARGUMENTS_PARSER = Parser()

    if TYPE_CHECKING:  # what flask-smorest's decorators do, for readers and type checkers

        def get(self, rule: str) -> Same: ...
        def post(self, rule: str) -> Same: ...
        def patch(self, rule: str) -> Same: ...
        def delete(self, rule: str) -> Same: ...
        def response(self, status_code: int, schema: type[ma.Schema] | None = None) -> Same: ...
        def doc(self, **operation: Any) -> Same: ...
        def alt_response(self, status_code: int, *, description: str) -> Same: ...
        def arguments(
            self, schema: type[ma.Schema], *, location: str = "json"
        ) -> Callable[[Callable[Concatenate[dict[str, Any], P], R]], Callable[P, R]]: ...

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_document_guard)

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        guard = guard_of(view_func) if view_func is not None else None
        if guard is not None:
            apidoc = view_func.__dict__.setdefault("_apidoc", {})
            view_func._apidoc = {**apidoc, "guard": guard}
        super().add_url_rule(rule, endpoint, view_func, *args, **options)


def _document_guard(
    doc: dict[str, Any], doc_info: dict[str, Any], *, app: Flask, spec: APISpec, **_: Any
) -> dict[str, Any]:
    guard: Guard | None = doc_info.get("guard")
    if guard is None or guard.is_public:
        return doc
    added: dict[str, Any] = {}
    schemes: list[dict[str, list[str]]] = [{name: []} for name in _schemes(guard, app, spec)]
    if schemes:
        added["security"] = [*schemes, {}] if guard.optional else schemes
    if not guard.optional:
        added["responses"] = {"401": _error("Not signed in, or no longer.")}
        added["responses"]["403"] = _error("Known, but not allowed, or the CSRF token is missing.")
    return dict(deepupdate(doc, added))


def _schemes(guard: Guard, app: Flask, spec: APISpec) -> list[str]:
    """The security schemes of a guard's strategies, as those describe themselves."""
    strategies = strategies_of(app)
    names = []
    for strategy in guard.strategies:
        for name, scheme in strategies[strategy].security_schemes.items() if strategy in strategies else ():
            names.append(name)
            if name not in spec.components.security_schemes:
                spec.components.security_scheme(name, dict(scheme))
    return names


def _error(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }


def init_app(app: Flask, config: Config) -> Api:
    app.config.update(
        API_TITLE="Flaskport",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/" if config.api_docs else None,
    )
    api = Api(app)
    for endpoint, view in list(app.view_functions.items()):
        if endpoint.startswith("api-docs."):
            app.view_functions[endpoint] = public(cast("Callable[..., Response]", view))
    return api
