"""What an app is made of: parts, each set up by its ``init_app(app)``, which finds the settings on the app."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol, cast

from flask import Flask

from app.passport.declarations import BadDeclaration
from config import ConfigError


class Part(Protocol):
    """A module or a package."""

    def init_app(self, app: Flask, /) -> None:
        """Raises ConfigError for settings that cannot be."""


def named(package: str, *names: str) -> tuple[Part, ...]:
    """The parts of these names in a package, imported in this order. Raises BadDeclaration for a name of none."""
    parts = [_imported(package, name) for name in names]
    for part in parts:
        if not callable(getattr(part, "init_app", None)):
            raise BadDeclaration(f"{part.__name__} has no init_app(app), so there is nothing to set up.")
    return tuple(cast("Part", part) for part in parts)


def _imported(package: str, name: str) -> ModuleType:
    full = f"{package}.{name}"
    try:
        return import_module(full)
    except ModuleNotFoundError as error:
        if error.name != full:
            raise  # it is there, and something that it imports is not
        close = get_close_matches(name, (module.name for module in iter_modules(import_module(package).__path__)), n=1)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        raise BadDeclaration(f'{package} lists "{name}", and there is no {full}.{hint}') from None


def folder_of(part: Part) -> Path:
    """Where its ``init_app`` is written."""
    return Path(inspect.getfile(part.init_app)).parent


def set_up(app: Flask, parts: Iterable[Part]) -> None:
    """One after the other. Raises ConfigError once, with the problems of all."""
    problems: list[str] = []
    for part in parts:
        try:
            part.init_app(app)
        except ConfigError as error:
            problems += error.problems
        except Exception:
            if not problems:
                raise
            # It may well stand on one that could not be set up, and that is known.
    if problems:
        raise ConfigError(*problems)
