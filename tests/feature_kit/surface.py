"""What an app shows to whoever is outside: each thing by its kind and name, with what it is like."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import click
from flask import Flask

from app.accounts.hash_formats import formats_of
from app.core import cli, client, pages, typescript
from app.core.openapi.api import EXTENSION as OPENAPI
from app.core.refusals import refusals_of
from app.core.settings import kinds_of
from app.passport import guard_of
from app.passport.registry import off_strategies_of, strategies_of
from app.trpc.mounted import mounted_of
from config import declarations

Surface = Mapping[str, Mapping[str, object]]
"""By kind (``routes``), things by name (``GET /auth/keys``). Two that are alike are equal."""
METHODS = ("get", "post", "put", "patch", "delete")


def surface_of(app: Flask) -> Surface:
    return {
        "routes": dict(_routes(app)),
        "operations": {name: _described(operation) for name, operation in operations_of(app).items()},
        "commands": {" ".join(path): _whose(command.callback) for path, command in _commands(app.cli)},
        "prunings": {name: _whose(prune) for name, prune in cli.prunes_of(app).items()},
        "names of the shell": {name: _whose(value) for name, value in cli.shell_of(app).items()},
        "strategies": {name: _whose(type(strategy)) for name, strategy in strategies_of(app).items()},
        "strategies that are off": dict.fromkeys(off_strategies_of(app)),
        "procedures": {name: _whose(each.function) for name, each in mounted_of(app).procedures.items()},
        "sections": {
            f"{slot}: {section.template}": section for slot, held in pages.sections_of(app).items() for section in held
        },
        "parts of the client": dict.fromkeys(client.parts_of(app)),
        "interfaces": {name: _whose(schema) for name, schema in typescript.schemas_of(app)},
        "settings": {declared.variable: declared for kind in kinds_of(app) for _, declared in declarations(kind)},
        "codes": dict(refusals_of(app)),
        "hash formats": {each.name: None for each in formats_of(app)},
        "hooks": {f"{when} {_whose(hook)}": None for when, hook in _hooks(app)},
    }


@lru_cache(maxsize=4)
def document_of(app: Flask) -> dict[str, Any]:
    """The OpenAPI document. To put it together costs more than all that is looked up in it."""
    document: dict[str, Any] = app.extensions[OPENAPI].spec.to_dict()
    return document


def operations_of(app: Flask) -> dict[str, dict[str, Any]]:
    """The operations of the OpenAPI document: ``GET /auth/keys``, ``DELETE /auth/keys/{key_id}``."""
    paths = document_of(app)["paths"]
    return {
        f"{method.upper()} {path}": operation
        for path, item in paths.items()
        for method, operation in item.items()
        if method in METHODS
    }


def codes_of(app: Flask, operation: Mapping[str, Any]) -> set[str]:
    """The codes of every error that the document says of an operation."""
    shared = document_of(app)["components"]["responses"]
    answers = [
        shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in operation["responses"].items()
        if int(status) >= 400
    ]
    schemas = [answer["content"]["application/json"]["schema"] for answer in answers]
    parts = [part for schema in schemas for part in schema["allOf"]]
    return {code for part in parts for code in part.get("properties", {}).get("code", {}).get("enum", ())}


def _described(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """All but the ways in and the errors, to which any feature may add."""
    good = {status: answer for status, answer in operation["responses"].items() if int(status) < 400}
    return {**{name: value for name, value in operation.items() if name != "security"}, "responses": good}


def _routes(app: Flask) -> Iterator[tuple[str, str]]:
    """With the view, and the guard as it is written there."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {in_braces(str(rule))}", f"{_whose(view)} {guard_of(view)}"


def in_braces(rule: str) -> str:
    """A path as the document writes it: ``/auth/keys/<uuid:key_id>`` is ``/auth/keys/{key_id}``."""
    return rule.replace("<", "{").replace(">", "}").replace("{uuid:", "{").replace("{path:", "{").replace("{rest:", "{")


def _commands(group: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(group, click.Group):
        yield path, group
        return
    for name, command in group.commands.items():
        yield from _commands(command, *path, name)


def _hooks(app: Flask) -> Iterator[tuple[str, Callable[..., Any]]]:
    everywhere: dict[str, Mapping[Any, list[Any]]] = {
        "before": app.before_request_funcs,
        "after": app.after_request_funcs,
        "at the end": app.teardown_request_funcs,
    }
    for when, by_blueprint in everywhere.items():
        for hooks in by_blueprint.values():
            yield from ((when, hook) for hook in hooks)


def _whose(thing: object) -> str:
    """The full name of a function, a class or a module; of anything else that of its class."""
    if inspect.ismodule(thing):
        return thing.__name__
    thing = inspect.unwrap(thing) if callable(thing) else thing
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    return f"{named.__module__}.{named.__qualname__}"
