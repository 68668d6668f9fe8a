"""The fenced blocks of a document, and what a document says to change in a file."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: str, language: str) -> list[str]:
    """The text of every fenced block in this language, in the document's order."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    return [body for found, body in _FENCE.findall(text) if found == language]


def changed(source: str, diff: str) -> str:
    """The source with a diff's ``+`` and ``-`` lines applied. Its context must stand there exactly once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    assert source.count(before) == 1, f"the document's context is not in the source once:\n{before}"
    return source.replace(before, after)
