"""The fenced blocks of a document."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.*)$", re.MULTILINE)


def fenced(document: str) -> list[tuple[str, str]]:
    """Every fenced block, in the document's order: its language, which may be empty, and its text."""
    return _FENCE.findall(_text(document))


def blocks(document: str, language: str) -> list[str]:
    """The text of every fenced block in this language, in the document's order."""
    return [body for found, body in fenced(document) if found == language]


def steps(document: str) -> dict[str, list[tuple[str, str]]]:
    """The fenced blocks below each heading that has some, in the document's order."""
    _, *parts = _HEADING.split(_text(document))
    found = {heading: _FENCE.findall(text) for heading, text in zip(parts[::2], parts[1::2], strict=True)}
    return {heading: fences for heading, fences in found.items() if fences}


def _text(document: str) -> str:
    return (ROOT / "docs" / document).read_text(encoding="utf-8")
