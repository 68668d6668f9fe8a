"""The settings as they are: each with its value, unless that is a secret, and where it is from."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from flask import Flask

from app.core.config import Config
from app.core.settings import kinds_of, of, settings_of
from config import Declared, Server, Setting, env_file, trimmed

HIDDEN = "set, not shown"
NOT_SET = "not set"
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")


@dataclass(frozen=True, slots=True)
class Row:
    variable: str
    value: str
    """As one would write it."""
    source: str


def rows_of(app: Flask) -> Iterator[Row]:
    """In the order of docs/settings.md."""
    for kind in kinds_of(app):
        yield from _rows(app, _made(app, kind))


def _made(app: Flask, kind: type[Declared]) -> Declared:
    if kind is Config:
        return settings_of(app)
    return Server.read(settings_of(app).variables) if kind is Server else of(app, kind)


def _rows(app: Flask, made: Declared) -> Iterator[Row]:
    for field in fields(made):  # type: ignore[arg-type]  # each of them is a dataclass
        value = getattr(made, field.name)
        if isinstance(value, Declared):
            yield from _rows(app, value)
        elif "setting" in field.metadata:
            yield from _of_setting(app, field.metadata["setting"], value)


def _of_setting(app: Flask, declared: Setting, value: Any) -> Iterator[Row]:
    name, variables = declared.variable, settings_of(app).variables
    if name.endswith("_"):
        # What of a family is secret only its feature knows.
        family = (each for each in sorted(variables) if each.startswith(name) and trimmed(variables[each]))
        yield from (Row(each, HIDDEN, source_of(each)) for each in family)
        return
    found = next((each for each in declared.names if trimmed(variables.get(each, ""))), None)
    source = "default" if found is None else source_of(found)
    if declared.private:
        shown = NOT_SET if found is None and not declared.default else HIDDEN
    elif found is not None:
        shown = trimmed(variables[found])
    else:
        shown = _written(value) if declared.otherwise else declared.default
    yield Row(name, _CREDENTIALS.sub("…", shown), source if found in (None, name) else f"{found} in {source}")


def source_of(variable: str) -> str:
    """Where a variable is set. What .env says, too, a command may have copied into the environment."""
    here, there = (trimmed(env.get(variable, "")) for env in (os.environ, env_file()))
    return ".env" if there and here in ("", there) else "environment"


def _written(value: Any) -> str:
    """As one would write it; a length of time has no one unit to be written in."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(map(str, value))
        case timedelta():
            return f"{value.total_seconds():g} s"
    return str(value)
