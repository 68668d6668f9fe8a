"""What is public stays within a major version: does today's reference still name what that of a release did?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

NAMES = {
    "docs/reference/endpoints.md": re.compile(r"^### ([A-Z]+ /.*)$", re.MULTILINE),
    "docs/reference/codes.md": re.compile(r"^\| (\d{3} \| `\w+`) \|", re.MULTILINE),
    "docs/reference/events.md": re.compile(r"^\| `(\w+)` \|", re.MULTILINE),
    "docs/reference/commands.md": re.compile(r"^### (flask .*)$", re.MULTILINE),
}
"""By the page that is written by the program, how one that it has begins."""
SETTINGS = "docs/settings.md"
_SETTING = re.compile(r"^\| `([A-Z]\w+)", re.MULTILINE)


def gone(root: Path, before: Callable[[str], str]) -> Iterator[str]:
    """What has gone since a release, of which ``before`` answers the text of a file (empty: it had none)."""
    for path, name in NAMES.items():
        now = set(name.findall((root / path).read_text(encoding="utf-8")))
        yield from (f"{path} names {each} no more" for each in name.findall(before(path)) if each not in now)
    now = set(_SETTING.findall((root / SETTINGS).read_text(encoding="utf-8")))
    lost = [each for each in _SETTING.findall(before(SETTINGS)) if each not in now]
    yield from (f"{SETTINGS} names {each} no more" for each in lost if not _is_read(root, each))


def _is_read(root: Path, variable: str) -> bool:
    """A setting that got another name is read by the old one, too."""
    sources = [root / "config.py", *(root / "app").rglob("*.py")]
    return any(f'"{variable}"' in path.read_text(encoding="utf-8") for path in sources)
