"""What the OpenAPI document says of a view, read from the decorators that enforce it, over flask-smorest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

import marshmallow as ma
from apispec import APISpec
from flask import Flask, Request, Response
from flask.blueprints import BlueprintSetupState
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from flask_smorest.utils import get_appcontext

from app.core.http import ANY_HOST, Parser
from app.core.openapi.components import CSRF
from app.core.openapi.refusals import Refusals, Stated, is_cookie, is_unsafe
from app.core.promises import check_answer
from app.core.refusals import refusals_at_gates
from app.core.settings import settings
from app.passport import Guard, Refusal, Strategy, guards_of
from app.passport.registry import guard_in, refused_by_admissions, strategies_of

P = ParamSpec("P")
R = TypeVar("R")

COOKIES = "FLASKPORT_COOKIES"
_NOT_SHOWN = object()
"""The view has answered a Response itself."""
Doc = dict[str, Any]


class Same(Protocol):
    """A decorator that leaves a view's type as it is."""

    def __call__(self, view: Callable[P, R], /) -> Callable[P, R]: ...


def needs_cookies(view: Callable[P, R]) -> Callable[P, R]:
    """With COOKIES=false there is no such view: neither its path nor its line in the document."""
    view.__dict__["needs_cookies"] = True
    return view


def asks_gates(view: Callable[P, R]) -> Callable[P, R]:
    """The view asks the gates itself (``accounts.ask_gates``): the document says what they may refuse."""
    view.__dict__["asks_gates"] = True
    return view


class _Views(BlueprintSetupState):
    """Adds the views of a blueprint to an app, but for those that it has no use for."""

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any) -> None:
        if self.app.config[COOKIES] or not getattr(view_func, "needs_cookies", False):
            super().add_url_rule(rule, endpoint, view_func, **options)


class Shown(Protocol):
    """The schema shows what a view returns, which may come with a status or headers; a Response is left as it is."""

    def __call__(self, view: Callable[P, Any], /) -> Callable[P, Response]: ...


class Blueprint(SmorestBlueprint):  # type: ignore[misc]
    """flask-smorest's blueprint with our parser, which documents each view's guard and every error.

    ``tag`` is the name of the blueprint among whose operations its own stand in the document: itself, or another one.
    """

    ARGUMENTS_PARSER = Parser()
    _docs: dict[str, Doc]

    if TYPE_CHECKING:  # what flask-smorest's decorators do, for readers and type checkers

        def get(self, rule: str) -> Same: ...
        def post(self, rule: str) -> Same: ...
        def put(self, rule: str) -> Same: ...
        def patch(self, rule: str) -> Same: ...
        def delete(self, rule: str) -> Same: ...
        def alt_response(self, status_code: int, *, schema: type[ma.Schema], description: str) -> Same: ...
        def doc(self, **operation: Any) -> Same: ...
        def route(self, rule: str, *, methods: list[str]) -> Same: ...

    def __init__(self, *args: Any, tag: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tag: str = tag or self.name
        self._prepare_doc_cbks.append(_document)

    def make_setup_state(self, app: Flask, options: dict[str, Any], first_registration: bool = False) -> _Views:
        return _Views(self, app, options, first_registration)

    def register_views_in_doc(self, api: Api, app: Flask, spec: APISpec, *, name: str, parameters: Any) -> None:
        every: dict[str, Doc] = self._docs
        self._docs = {view: doc for view, doc in every.items() if f"{name}.{view}" in app.view_functions}
        try:
            super().register_views_in_doc(api, app, spec, name=name, parameters=parameters)
        finally:
            self._docs = every

    def arguments(
        self, schema: type[ma.Schema], *, location: str = "json", **options: Any
    ) -> Callable[[Callable[Concatenate[dict[str, Any], P], R]], Callable[P, R]]:
        """Read the fields of a body, or of the query. A body may be left out if no field of it is required."""
        made = _made(schema)
        required = location != "json" or any(field.required for field in made.fields.values())
        return super().arguments(made, location=location, required=required, **options)  # type: ignore[no-any-return]

    def response(
        self,
        status_code: int,
        schema: ma.Schema | type[ma.Schema] | Mapping[str, Any] | None = None,
        *,
        description: str | None = None,
        content_type: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> Shown:
        """Show what the view answers. Outside production it must hold what the schema promises, and so TypeScript."""
        shape = _made(schema) if isinstance(schema, type) else schema
        options = {"description": description, "content_type": content_type, "headers": headers}
        show = super().response(status_code, shape, **options)

        def decorate(view: Callable[P, Any]) -> Callable[P, Response]:
            answer: Callable[P, Response] = show(view)
            if not isinstance(shape, ma.Schema):
                return answer

            @wraps(answer)
            def answer_as_promised(*args: P.args, **kwargs: P.kwargs) -> Response:
                response = answer(*args, **kwargs)
                if not settings().production:
                    shown = get_appcontext().pop("result_dump", _NOT_SHOWN)
                    if shown is not _NOT_SHOWN:
                        check_answer(shape, shown, view.__name__)
                return response

            return answer_as_promised

        return decorate

    def refuses(self, *refusals: type[Refusal], note: str | None = None) -> Same:
        """State what the view itself refuses, or what it calls. ``note`` stands in the document above the codes.

        What follows from the guard, the arguments and the path is known already.
        """
        stated = Stated(refusals, note)

        def decorate(view: Callable[P, R]) -> Callable[P, R]:
            apidoc: Doc = getattr(view, "_apidoc", {})
            view.__dict__["_apidoc"] = {**apidoc, "stated": [stated, *apidoc.get("stated", ())]}
            return view

        return decorate

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        if view_func is not None:
            facts = {"view": view_func, "rule": rule, "methods": len(options.get("methods", ("GET",)))}
            view_func._apidoc = {**getattr(view_func, "_apidoc", {}), **facts}
        super().add_url_rule(rule, endpoint, view_func, *args, **{**options, "tags": [self.tag]})


def read_fields(request: Request, schema: type[ma.Schema]) -> dict[str, Any]:
    """The fields of a body, for a strategy: it is asked before the view's arguments are read, which may be the same.

    Raises as arguments do: VALIDATION_FAILED, say.
    """
    fields: dict[str, Any] = Blueprint.ARGUMENTS_PARSER.parse(_made(schema), request, location="json")
    return fields


@cache
def _made(schema: type[ma.Schema]) -> ma.Schema:
    """Once, and not for each view or request: a schema copies its fields when it is made."""
    made = schema()
    vars(made)["__deepcopy__"] = lambda _memo: made  # flask-smorest copies what it says of a view at each decorator
    return made


def _document(doc: Doc, doc_info: Doc, *, app: Flask, spec: APISpec, method: str, **_: Any) -> Doc:
    """The operation with its id, its guard and its errors. flask-smorest has put arguments and answers into it."""
    view = doc_info["view"]
    doc_info["docstring"] = {name: _markdown(name, text) for name, text in doc_info["docstring"].items()}
    guards = [guard_in(app, guard) for guard in guards_of(view)]
    unsafe = is_unsafe(method)
    strategies = strategies_of(app)

    refusals = Refusals()
    trusts_hosts = bool(app.config["TRUSTED_HOSTS"]) and doc_info["rule"] not in ANY_HOST
    refusals.add_request(doc_info["rule"], view, unsafe=unsafe, trusts_hosts=trusts_hosts)
    for guard in guards:
        refusals.add_guard(guard, strategies, unsafe=unsafe)
        refusals.add(*refused_by_admissions(app, guard))
    if _asks_gates(view, guards, strategies):
        refusals.add(*refusals_at_gates(app))
    body = "requestBody" in doc or "requestBody" in doc_info.get("manual_doc", {})
    refusals.add_arguments(body=body, query="parameters" in doc)
    refusals.add_stated(doc_info.get("stated", ()))
    refusals.add_accidents()

    answers = {int(status): answer for status, answer in doc.get("responses", {}).items() if int(status) < 400}
    if guards and not guards[0].is_public:
        state = {"X-Auth-State": "X-Auth-State"}
        answers = {
            status: answer | {"headers": answer.get("headers", {}) | state} for status, answer in answers.items()
        }
    return {
        "operationId": _operation_id(view, method, doc_info),
        **doc,
        "responses": answers | refusals.responses(spec),
        **_security(guards, strategies, spec, unsafe=unsafe),
    }


def _asks_gates(view: Callable[..., Any], guards: list[Guard], strategies: Mapping[str, Strategy[Any]]) -> bool:
    """By itself, or by a strategy of its guards."""
    asked = (strategies[name].asks_gates for guard in guards for name in guard.strategies if name in strategies)
    return getattr(view, "asks_gates", False) or any(asked)


def _operation_id(view: Callable[..., Any], method: str, doc_info: Doc) -> str:
    """The view's name: it outlives changes of the path. A view of several methods gets theirs added."""
    name = view.__name__
    return name if doc_info["methods"] == 1 else f"{name}_{method}"


def _markdown(name: str, text: str) -> str:
    """From a docstring. OpenAPI's ``summary`` is plain text."""
    return text.replace("``", "" if name == "summary" else "`")


def _security(
    guards: list[Guard], strategies: Mapping[str, Strategy[Any]], spec: APISpec, *, unsafe: bool
) -> dict[str, Any]:
    """Any one of the schemes of the outermost guard's strategies; where it matters, a cookie with the CSRF header."""
    if not guards or guards[0].is_public:
        return {}
    ways: list[dict[str, list[str]]] = []
    for name in guards[0].strategies:
        for scheme_name, scheme in strategies[name].security_schemes.items() if name in strategies else ():
            if scheme_name not in spec.components.security_schemes:
                spec.components.security_scheme(scheme_name, dict(scheme))
            needs_csrf = unsafe and guards[0].csrf and is_cookie(scheme)
            ways.append({scheme_name: [], CSRF: []} if needs_csrf else {scheme_name: []})
    if not ways:
        return {}
    return {"security": [*ways, {}] if guards[0].optional else ways}
