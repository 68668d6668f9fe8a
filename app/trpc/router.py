"""Routers and procedures: plain functions with a name, a kind, what goes in and out, and a guard."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from flask import Flask

from app.passport import BadDeclaration, Guard, guard_of
from app.passport.guard import guard_above
from app.passport.passport import unknown_names
from app.trpc.shapes import Shape, Shaper

Kind = Literal["query", "mutation"]
F = TypeVar("F", bound=Callable[..., Any])

_PATH = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_RESERVED = {"then", "call", "apply"}
"""What the client's proxies and promises mean by themselves."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure. ``decorated`` is the function as its module has it, ``function`` what stands behind the guards."""

    path: str
    kind: Kind
    decorated: Callable[..., Any]
    function: Callable[..., Any]
    guards: tuple[Guard, ...]
    input: Shaper | None
    output: Shaper | None

    @property
    def method(self) -> str:
        return "GET" if self.kind == "query" else "POST"

    def problems(self, app: Flask) -> list[str]:
        """Why an app must not start with it."""
        if inspect.iscoroutinefunction(inspect.unwrap(self.function)):
            return ["an async procedure, which nothing here awaits. Write a plain function."]
        if not self.guards and hasattr(self.decorated, "passport_guard"):
            return ["the guard must stand directly under the procedure's name, above the rest."]
        if guard_above(self.decorated) is not None:
            return ["the guard stands above the procedure's name, where it guards nothing. Move it below."]
        if not self.guards:
            return ["no guard. Add one, or @public to open it to anyone."]
        return unknown_names(app, self.decorated)


class Router:
    """Procedures by path. Routers nest: ``router.nest("admin", other)``."""

    def __init__(self) -> None:
        self._own: list[Procedure] = []
        self._nested: list[tuple[str, Router]] = []

    def query(self, path: str, *, input: Shape = None, output: Shape = None) -> Callable[[F], F]:
        """Register a function that only reads. It is called with the context and, if there is a shape, the input."""
        return self._procedure(path, "query", input, output)

    def mutation(self, path: str, *, input: Shape = None, output: Shape = None) -> Callable[[F], F]:
        """Register a function that changes something. Without an output it answers nothing (``undefined``)."""
        return self._procedure(path, "mutation", input, output)

    def nest(self, prefix: str, router: Router) -> None:
        """Put another router's procedures under ``prefix.``; under no prefix they stand beside these."""
        self._nested.append((prefix, router))

    def procedures(self) -> dict[str, Procedure]:
        """All of them by their whole path. Raises ValueError for a path that is none, or that is taken."""
        found: dict[str, Procedure] = {}
        nested = (
            replace(procedure, path=f"{prefix}.{path}" if prefix else path)
            for prefix, router in self._nested
            for path, procedure in router.procedures().items()
        )
        for procedure in (*self._own, *nested):
            _check_path(procedure.path, found)
            found[procedure.path] = procedure
        return found

    def _procedure(self, path: str, kind: Kind, input: Shape, output: Shape) -> Callable[[F], F]:
        shapes = [None if shape is None else Shaper(shape) for shape in (input, output)]

        def register(function: F) -> F:
            behind, guards = _behind_guards(function)
            self._own.append(Procedure(path, kind, function, behind, guards, *shapes))
            return function

        return register


def _behind_guards(function: Callable[..., Any]) -> tuple[Callable[..., Any], tuple[Guard, ...]]:
    """What the guards on the outside protect, and those guards: here they are asked once for all calls of a batch."""
    guards: list[Guard] = []
    guard = guard_of(function)
    while guard is not None:
        guards.append(guard)
        function = function.__wrapped__  # type: ignore[attr-defined]
        guard = guard_of(function)
    return function, tuple(guards)


def _check_path(path: str, others: dict[str, Procedure]) -> None:
    if not _PATH.fullmatch(path) or _RESERVED & set(path.split(".")):
        raise BadDeclaration(f"{path!r} is no path of a procedure: names joined by dots, none of {sorted(_RESERVED)}")
    for other in others:
        if path == other:
            raise BadDeclaration(f"there are two procedures named {path}")
        if path.startswith(f"{other}.") or other.startswith(f"{path}."):
            raise BadDeclaration(f"{other} and {path}: a procedure cannot be a router as well")
