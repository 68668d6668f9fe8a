"""The fenced blocks of a document."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fenced(document: str) -> list[tuple[str, str]]:
    """Every fenced block, in the document's order: its language, which may be empty, and its text."""
    return _FENCE.findall((ROOT / "docs" / document).read_text(encoding="utf-8"))


def blocks(document: str, language: str) -> list[str]:
    """The text of every fenced block in this language, in the document's order."""
    return [body for found, body in fenced(document) if found == language]
