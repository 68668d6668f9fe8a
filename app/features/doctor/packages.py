"""Is what is installed what requirements.txt pins? It is that which was tested."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator

from app.core.doctor import Finding, Severity
from config import ROOT

PINS = ROOT / "requirements.txt"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)[ \t]*(;?)")
SHOWN = 8


def look() -> Iterator[Finding]:
    try:
        lines = PINS.read_text("utf-8").splitlines()
    except OSError:
        return  # installed in another way, without the file
    pins = [found.groups() for line in lines if (found := _PIN.match(line))]
    others = [text for name, version, only_for in pins if (text := _differs(name, version, bool(only_for)))]
    if others:
        more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        yield Finding(
            "packages_differ",
            Severity.WARNING,
            f"Other versions are installed than requirements.txt pins: {', '.join(others[:SHOWN])}{more}.",
            "Run: pip install --require-hashes -r requirements.txt",
        )


def _differs(name: str, version: str, only_for_some: bool) -> str | None:
    """What to say of it. What only some platforms need may be missing."""
    try:
        installed = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None if only_for_some else f"{name} (missing, {version} is pinned)"
    return None if installed == version else f"{name} {installed} ({version} is pinned)"
