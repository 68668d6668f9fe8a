"""Pieces of Markdown, and where a thing of the code is described."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

FEATURES = "app.features."


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(map(cell, line))} |\n" for line in lines)


def cell(text: str) -> str:
    """On one line, and without what ends a cell."""
    return " ".join(text.split()).replace("|", "\\|")


def prose(text: str | None) -> str:
    """A docstring, or what OpenAPI has of it: what is code there is code here."""
    return " ".join((text or "").split()).replace("``", "`")


def code(text: object) -> str:
    return f"`{text}`"


def owner_of(module: str) -> str:
    """The part that a module belongs to: a feature, or a room."""
    _, first, *rest = [*module.split("."), ""]
    return rest[0] if module.startswith(FEATURES) else first


def described_at(module: str) -> str:
    """The part, with a link to what is written about it, where that is a feature."""
    owner = owner_of(module)
    if module.startswith(FEATURES):
        return f"[{owner}](../../app/features/{owner}/README.md)"
    return owner
