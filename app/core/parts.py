"""What an app is made of: parts, each set up by its ``init_app(app)``, which finds the settings on the app."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from flask import Flask

from config import ConfigError


class Part(Protocol):
    """A module or a package."""

    def init_app(self, app: Flask, /) -> None:
        """Raises ConfigError for settings that cannot be."""


def named(package: str, *names: str) -> tuple[Part, ...]:
    """The parts of these names in a package, imported in this order. Raises ModuleNotFoundError, TypeError."""
    parts = [import_module(f"{package}.{name}") for name in names]
    for part in parts:
        if not callable(getattr(part, "init_app", None)):
            raise TypeError(f"{part.__name__} has no init_app(app), so there is nothing to set up.")
    return tuple(cast("Part", part) for part in parts)


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
