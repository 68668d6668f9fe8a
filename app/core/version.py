"""Which Flaskport this is. Everything else that says it is written or read from here: docs/releases.md."""

from __future__ import annotations

VERSION = "0.1.0"
"""A semantic version. ``make release`` changes it, and every file that repeats it."""


def series_of(version: str) -> str:
    """Within what nothing incompatible happens: ``1`` of 1.4.2; before 1.0 the minor counts, ``0.3`` of 0.3.1."""
    major, minor, _ = version.split(".", 2)
    return major if major != "0" else f"{major}.{minor}"
