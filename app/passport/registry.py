"""What an app knows of Passport: its strategies by name, kept on the app."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from flask import Flask

from app.passport.strategy import Strategy

U = TypeVar("U")

EXTENSION = "passport"


@dataclass(slots=True)
class State(Generic[U]):
    strategies: dict[str, Strategy[U]]
    off: set[str]
    """Strategies that guards may name although nobody can use them here: they are switched off."""
    vocabulary: Mapping[str, Collection[str]]
    checked: dict[str, Callable[..., Any]]
    """The views that were found in order, by endpoint."""


def strategies_of(app: Flask) -> dict[str, Strategy[Any]]:
    """The strategies that guards of this app can name."""
    return state_of(app).strategies


def off_strategies_of(app: Flask) -> set[str]:
    """The strategies that are switched off."""
    return state_of(app).off


def state_of(app: Flask) -> State[Any]:
    if EXTENSION not in app.extensions:
        raise RuntimeError(f"{app.name}: passport.init_app(app) was not called. Call it before passport.use(app, …).")
    return cast("State[Any]", app.extensions[EXTENSION])
