"""Static files: the app's own, its features', and those that it writes itself; which other modules a module imports."""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, send_file, send_from_directory, url_for
from jinja2 import FileSystemLoader
from werkzeug.exceptions import NotFound

STATIC = Path(__file__).resolve().parent.parent / "static"
PACKAGE = "package.json"
"""Makes of the folder an npm package, for whoever has the folder. Strangers read the version in it."""
_KEY = "flaskport.assets"
_IMPORT = re.compile(r'^(?:import|export) (?:[^";]*? from )?"([^"]+)";', re.MULTILINE)


class BadPages(RuntimeError):
    """A template, a module or a client part that is named is not there, or two have one name."""

    stops_the_start = True


@dataclass(slots=True)
class Assets:
    """What ``/static/`` has."""

    folders: dict[str, Path] = field(default_factory=dict)
    """By the first part of a file's name, where it is. What is not in here is in ``app/static``."""
    written: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    """By their names, modules that are in no folder; made when they are first asked for."""
    preloads: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By its name, what a module imports; made when it is first asked for."""


def bring(app: Flask, folder: Path) -> None:
    """A feature's folder: its ``templates/`` and its ``static/<name>/`` are found beside the app's own.

    Raises BadPages where ``/static/<name>/`` is another's.
    """
    if (folder / "templates").is_dir():
        cast(FileSystemLoader, app.jinja_loader).searchpath.append(str(folder / "templates"))
    folders = _of(app).folders
    for path in (folder / "static").glob("*"):
        if path.name in folders or (STATIC / path.name).exists():
            raise BadPages(f"{path}: /static/{path.name} is there already. Choose another name.")
        folders[path.name] = folder / "static"


def write(app: Flask, name: str, make: Callable[[], str]) -> None:
    """A module that the app writes itself, from what its features have brought, when it is first asked for."""
    _of(app).written[name] = cache(lambda: make().encode())


def _written(app: Flask, name: str) -> bytes | None:
    make = _of(app).written.get(name)
    return None if make is None else make()


def send(app: Flask, name: str) -> Response:
    """The answer to a request for ``/static/<name>``. Raises NotFound."""
    if name == PACKAGE:
        raise NotFound
    age, written = app.get_send_file_max_age(name), _written(app, name)
    if written is None:
        return send_from_directory(_folder(app, name), name, max_age=age)
    return send_file(io.BytesIO(written), "text/javascript", download_name="x.js", max_age=age, etag=_tag(written))


def asset(name: str) -> str:
    """The address of a static file, which changes with its content: it may be cached for ever."""
    written = _written(current_app, name)
    if written is not None:
        return url_for("static", filename=name, v=_tag(written)[:12])
    path = _folder(current_app, name) / name
    return url_for("static", filename=name, v=_digest(path, path.stat().st_mtime_ns))


@cache
def _tag(written: bytes) -> str:
    """Once for each text, of which there are few: apps of one process write the same."""
    return hashlib.sha256(written).hexdigest()


@cache
def _digest(path: Path, changed: int) -> str:
    """``changed`` is a key of the cache: a stylesheet edited while the server runs is a new one."""
    del changed
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def preloads(name: str) -> tuple[str, ...]:
    """The modules that a module imports, and those that they import: a page names all, so that they load at once."""
    known = _of(current_app).preloads
    if name not in known:
        known[name] = tuple(module for module in modules(current_app, name) if module != name)
    return known[name]


def modules(app: Flask, *names: str) -> list[str]:
    """These modules and all that they import, directly or not. Raises BadPages for one that is not there."""
    found = list(names)
    for module in found:
        for wanted in _IMPORT.findall(source(app, module)):
            other = posixpath.normpath(posixpath.join(posixpath.dirname(module), wanted))
            if other not in found:
                found.append(other)
    return found


def source(app: Flask, name: str) -> str:
    """The text of a static file. Raises BadPages."""
    written = _written(app, name)
    path = _folder(app, name) / name
    if written is None and not path.is_file():
        raise BadPages(f"/static/{name} is named, and there is no {path}.")
    return (path.read_bytes() if written is None else written).decode()


def _folder(app: Flask, name: str) -> Path:
    return _of(app).folders.get(name.partition("/")[0], STATIC)


def _of(app: Flask) -> Assets:
    return cast(Assets, app.extensions[_KEY])


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Assets()
    app.add_template_global(asset)
    app.add_template_global(preloads)
