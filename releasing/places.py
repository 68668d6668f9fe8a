"""Where the version of Flaskport stands: one place that is read, and those that repeat it for other tools."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = "app/core/version.py"
LINES = {
    SOURCE: re.compile(r'^(VERSION = ")([^"]+)(")$', re.MULTILINE),
    "pyproject.toml": re.compile(r'^(version = ")([^"]+)(")$', re.MULTILINE),
    "app/static/package.json": re.compile(r'^(  "version": ")([^"]+)(",)$', re.MULTILINE),
}
"""The line of each file, whose middle is the version."""
PACKAGE = "node_modules/flaskport"
"""How a lock file calls the browser client that its front end has installed from ``app/static``."""
CLIENT = "app/static"
LOCKS = ("examples/*/package-lock.json", "tests/*/package-lock.json", "tests/*/*/package-lock.json")


class Unclear(RuntimeError):
    """A file does not say the version just once."""


def read(root: Path) -> dict[str, str]:
    """The version that each place says, by its path."""
    said = {path: _one(root / path, line)[2] for path, line in LINES.items()}
    for path in locks(root):
        said[str(path.relative_to(root))] = json.loads(path.read_text(encoding="utf-8"))["packages"][PACKAGE]["version"]
    return said


def write(root: Path, version: str) -> None:
    for path, line in LINES.items():
        _one(root / path, line)
        text = (root / path).read_text(encoding="utf-8")
        (root / path).write_text(line.sub(rf"\g<1>{version}\g<3>", text), encoding="utf-8")
    for lock in locks(root):
        locked = json.loads(lock.read_text(encoding="utf-8"))
        locked["packages"][PACKAGE]["version"] = version
        lock.write_text(json.dumps(locked, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")  # as npm writes it


def locks(root: Path) -> Iterator[Path]:
    """Lock files of front ends that have installed the browser client from its folder."""
    for path in sorted(path for pattern in LOCKS for path in root.glob(pattern)):
        found = json.loads(path.read_text(encoding="utf-8")).get("packages", {}).get(PACKAGE, {})
        if str(found.get("resolved", "")).endswith(CLIENT) and "version" in found:
            yield path


def _one(path: Path, line: re.Pattern[str]) -> re.Match[str]:
    found = list(line.finditer(path.read_text(encoding="utf-8")))
    if len(found) != 1:
        raise Unclear(f"{path}: {len(found)} lines say the version, and one should.")
    return found[0]
