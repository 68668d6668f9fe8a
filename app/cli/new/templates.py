"""The files of a feature that begins. docs/adding-a-feature.md has the same code, and more of it: a test compares."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from pathlib import Path
from string import Template
from textwrap import indent

from app.cli.new.names import Names
from app.core.cli import Refused

HERE = Path(__file__).resolve().parent
PLAIN = Names(many="qqqs", one="qqq")
"""A name that is like no word of the templates."""


def files_of(names: Names) -> dict[str, str]:
    """By their paths in the project. Raises Refused for a name that one of the files has a use for itself."""
    texts = {path: filled(template, names) for path, template in _templates(names)}
    for _, template in _templates(names):
        if template.name.endswith(".py.tmpl"):
            _refuse_words_of(filled(template, PLAIN), filled(template, names))
    return texts


def migration_of(names: Names) -> tuple[str, str]:
    """The way up and the way down, for alembic's template, which has the first line indented already."""
    up, down = (filled(HERE / "migration" / f"{way}.tmpl", names) for way in ("upgrade", "downgrade"))
    return indent(up, "    ").strip(), indent(down, "    ").strip()


def filled(template: Path, names: Names) -> str:
    return Template(template.read_text(encoding="utf-8")).substitute(names.forms)


def _templates(names: Names) -> Iterator[tuple[str, Path]]:
    for folder, place in (("feature", "app/ours"), ("tests", "tests/ours")):
        for template in sorted((HERE / folder).glob("*.tmpl")):
            name = template.name.removesuffix(".tmpl").replace("test_notes", f"test_{names.many}")
            yield f"{place}/{names.many}/{name}", template


def _refuse_words_of(plain: str, text: str) -> None:
    """Would a name of the feature hide one that the code means something else by? ``Event``, ``transaction``."""
    pairs = list(zip(_words(plain), _words(text), strict=True))
    own = {word for before, word in pairs if before == word}
    clash = next((word for before, word in pairs if before != word and word in own), None)
    if clash is not None:
        raise Refused("name_taken", f"{clash} means something else in the files of a feature. Choose another name.")


def _words(source: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in tokens if token.type == tokenize.NAME]
