"""Which texts there are: in templates, scripts and Python, and in what refusals declare. Needs Babel, which is there
where Flaskport is developed.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from app.core.languages import po
from app.core.languages.catalogues import FOLDER
from app.core.languages.choosing import known_to
from app.core.refusals import refusals_of

Ids = tuple[str, ...]
Texts = dict[Ids, list[str]]
"""Where each text is said, by what it is in English."""

METHODS = {".html": "jinja2", ".txt": "jinja2", ".js": "javascript", ".py": "python"}
KEYWORDS: dict[str, dict[str, Any]] = {
    "jinja2": {"_": None, "gettext": None, "ngettext": (1, 2)},
    "javascript": {"t": None, "n": (1, 2)},
    "python": {"_": None, "said": None, "ngettext": (1, 2)},
}
OPTIONS = {"jinja2": {"trimmed": "true", "silent": "false"}}
"""``silent`` would leave out a template that cannot be parsed, and say nothing."""
ELSEWHERE = {"vendor", "node_modules", "__pycache__", FOLDER}


def collect(app: Flask) -> dict[Path, Texts]:
    """The texts of the app itself, and of each feature, by its folder. What the app says is not said again."""
    owners = known_to(app).folders
    found: dict[Path, Texts] = {folder: {} for folder in owners}
    for folder in owners:
        others = [other for other in owners if other != folder and other.is_relative_to(folder)]
        for path in _files(folder, others):
            for ids in _texts(path):
                _note(found[folder], ids, path.relative_to(folder).as_posix())
    for path, text in _refusals(app):
        owner = max((each for each in owners if path.is_relative_to(each)), key=_depth, default=None)
        if owner is not None:
            _note(found[owner], (text,), path.relative_to(owner).as_posix())
    rooms, *features = owners
    for feature in features:
        found[feature] = {ids: places for ids, places in found[feature].items() if ids not in found[rooms]}
    return found


def _depth(folder: Path) -> int:
    return len(folder.parts)


def _note(texts: Texts, ids: Ids, place: str) -> None:
    places = texts.setdefault(ids, [])
    if place not in places:
        places.append(place)


def _files(folder: Path, others: Iterable[Path]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.suffix not in METHODS or ELSEWHERE & set(inside) or any(path.is_relative_to(o) for o in others):
            continue
        if path.suffix != ".txt" or "templates" in inside:
            yield path


def _texts(path: Path) -> Iterator[Ids]:
    from babel.messages.extract import extract  # noqa: PLC0415 (only there in development)

    method = METHODS[path.suffix]
    source = path.read_bytes()
    if method == "python" and not any(f"{word}(".encode() in source for word in KEYWORDS[method]):
        return
    with path.open("rb") as file:
        for _line, message, _comments, _context in extract(
            method, file, keywords=KEYWORDS[method], options=OPTIONS.get(method, {})
        ):
            yield message if isinstance(message, tuple) else (message,)


def _refusals(app: Flask) -> Iterator[tuple[Path, str]]:
    """What each tells people, and the file that declares it."""
    for kind in refusals_of(app).values():
        yield Path(inspect.getfile(sys.modules[kind.__module__])).resolve(), kind.for_people or kind.message


def files(app: Flask, languages: Iterable[str]) -> Iterator[tuple[Path, str | None]]:
    """Each ``.po`` file as it should be: what is translated stays, what nobody says any more goes. None: nothing."""
    for folder, texts in collect(app).items():
        for language in languages:
            path = folder / FOLDER / f"{language}.po"
            known = {message.ids: message for message in _read(path)}
            forms = _forms(app, language)
            count = po.plural_forms(forms)[0]
            messages = [_as(known, ids, places, count) for ids, places in _sorted(texts)]
            yield path, po.write(language, forms, messages) if messages else None


def _sorted(texts: Texts) -> list[tuple[Ids, list[str]]]:
    return sorted(texts.items(), key=lambda item: (sorted(item[1])[0], item[0]))


def _as(known: dict[Ids, po.Message], ids: Ids, places: list[str], count: int) -> po.Message:
    before = known.get(ids)
    empty = ("",) * (count if len(ids) > 1 else 1)
    strings = before.strings if before and len(before.strings) == len(empty) else empty
    return po.Message(ids, tuple(sorted(places)), strings, bool(before and before.fuzzy))


def _read(path: Path) -> list[po.Message]:
    return list(po.read(path.read_text(encoding="utf-8"))) if path.is_file() else []


def _forms(app: Flask, language: str) -> str:
    """As the app's own file says, else as Babel knows it."""
    from babel.messages.plurals import get_plural  # noqa: PLC0415 (only there in development)

    for message in _read(known_to(app).folders[0] / FOLDER / f"{language}.po"):
        if message.ids == ("",):
            return "nplurals={}; plural={};".format(*po.plural_forms(message.strings[0]))
    return f"{get_plural(language)};".replace(";;", ";")
