"""The checked settings of the running app: ``Config``, and those that a part declares for itself.

A part's are a dataclass of the same kind as ``Config``, as in app/trpc/settings.py. Its ``init_app`` reads them
(``read(app, Settings)``), and whoever needs them later finds them on the app (``of(current_app, Settings)``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TypeVar, cast

from flask import Flask, current_app

from app.core.config import Config
from config import ConfigError, Declared, Server, declarations, env_file, trimmed, variables

KEY = "flaskport.config"
PARTS = "flaskport.settings"
SHORTEST_TYPO = 6
"""Of a shorter name nobody can tell whether it is ours: BIN, PORTS."""
D = TypeVar("D", bound=Declared)


def keep(app: Flask, config: Config) -> None:
    """Before anything else of the app is set up: every part asks for them."""
    app.extensions[KEY] = config
    app.extensions[PARTS] = {}


def settings_of(app: Flask) -> Config:
    """While the app is being built."""
    return cast(Config, app.extensions[KEY])


def settings() -> Config:
    """While it runs."""
    return settings_of(current_app)


def read(app: Flask, kind: type[D]) -> D:
    """A part's own settings, from the variables that the app's Config was read from. Kept on the app.

    An app that is made of a Config by hand names them there: ``Config(…, variables={"TRPC_BATCH_LIMIT": "5"})``.
    Raises ConfigError with everything that is wrong with them.
    """
    made: D = kind.read(settings_of(app).variables)
    problems = tuple(made.beside(settings_of(app)))
    if problems:
        raise ConfigError(*problems)
    app.extensions[PARTS][kind] = made
    return made


def of(app: Flask, kind: type[D]) -> D:
    """What was read. While the app runs, ``current_app`` is one. Raises RuntimeError where nothing was."""
    made = app.extensions[PARTS].get(kind)
    if made is None:
        raise RuntimeError(
            f"{kind.__module__}.{kind.__name__} was not read. Call read(app, {kind.__name__}) in init_app."
        )
    return cast(D, made)


def kinds_of(app: Flask) -> Iterator[type[Declared]]:
    """All that this app is told, in the order in which the parts are set up."""
    yield from dict.fromkeys((Config, Server, *app.extensions[PARTS]))


def from_environment() -> Config:
    """What the environment and ``.env`` ask for: how a server and every command begins.

    Raises ConfigError with everything that is wrong in the settings of all parts that are imported, and with each
    name in ``.env`` that is nearly one of theirs.
    """
    env = variables()
    problems = [f".env: {told}" for told in misspelt(env_file())]
    made: list[Declared] = []
    for kind in Declared.kinds.values():
        try:
            made.append(Config.from_env(env) if kind is Config else kind.read(env))
        except ConfigError as error:
            problems += error.problems
    config = next((each for each in made if isinstance(each, Config)), None)
    if config is not None:
        problems += [told for each in made for told in each.beside(config)]
    if problems or config is None:
        raise ConfigError(*problems)
    return config


def is_setting(name: str) -> bool:
    """Is it one of ours, or of a family of them?"""
    return _is_among(_names(), name)


def _is_among(names: Iterable[str], name: str) -> bool:
    return any(name == each or (each.endswith("_") and name.startswith(each)) for each in names)


def misspelt(names: Iterable[str] = os.environ) -> Iterator[str]:
    """What to say about each name that is none of a setting, but close to one."""
    every = tuple(_names())
    known = [name for name in every if not name.endswith("_")]
    for name in sorted(names):
        if len(name) >= SHORTEST_TYPO and not _is_among(every, name):
            for meant in get_close_matches(name.upper(), known, n=1, cutoff=0.85):
                yield f"{name} is no setting. Did you mean {meant}?"


def renamed(env: Mapping[str, str]) -> dict[str, str]:
    """What is set by a name of before: that name, and today's."""
    every = [declared for kind in Declared.kinds.values() for _, declared in declarations(kind)]
    former = {old: new for declared in every for old, new in declared.former.items()}
    return {old: new for old, new in former.items() if trimmed(env.get(old, ""))}


def _names() -> Iterator[str]:
    for kind in Declared.kinds.values():
        yield from kind.gone
        yield from (name for _, each in declarations(kind) for name in each.names)
        if kind.prefix:
            yield kind.prefix
