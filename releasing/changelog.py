"""CHANGELOG.md: what is not released yet, what a release has, and which version what has changed asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

UNRELEASED = "## Unreleased"
HEADINGS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""Of Keep a Changelog."""
BREAKING = "**Breaking"
"""How an entry begins after which somebody has to change something of theirs."""
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_ENTRY = re.compile(r"^- (.*(?:\n  .*)*)", re.MULTILINE)
_HEADING = re.compile(r"^### (.+)$", re.MULTILINE)


def section(text: str, name: str) -> str:
    """What stands under ``## <name>``, with or without a date, up to the next section. Empty where there is none."""
    found = re.search(rf"^## {re.escape(name)}(?: - [^\n]*)?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def entries(body: str) -> dict[str, list[str]]:
    """The entries of a section by their heading, each as one line. What stands under none has the heading ''."""
    first, *rest = _HEADING.split(body)
    parts = {"": first} | dict(zip(rest[::2], rest[1::2], strict=True))
    return {heading: [" ".join(each.split()) for each in _ENTRY.findall(part)] for heading, part in parts.items()}


def problems_of(body: str) -> Iterator[str]:
    """What is wrong with a section that is to be released."""
    found = entries(body)
    headings = _HEADING.findall(body)
    for heading in sorted({each for each in headings if headings.count(each) > 1}):
        yield f"CHANGELOG.md: {heading!r} stands there twice."
    if not any(found.values()):
        yield f"CHANGELOG.md has no entries under {UNRELEASED!r}."
    if found.pop("", []):
        yield "CHANGELOG.md has entries under no heading."
    for heading, listed in found.items():
        if heading not in HEADINGS:
            yield f"CHANGELOG.md: {heading!r} is none of {', '.join(HEADINGS)}."
        if not listed:
            yield f"CHANGELOG.md: {heading!r} has no entries."


def is_breaking(body: str) -> bool:
    """Does somebody have to change something of theirs?"""
    found = entries(body)
    return bool(found.get("Removed")) or any(each.startswith(BREAKING) for listed in found.values() for each in listed)


def least(before: str, body: str) -> str:
    """The first version after ``before`` that these changes may have (docs/releases.md)."""
    found, breaks = entries(body), is_breaking(body)
    brings = any(found.get(heading) for heading in ("Added", "Changed", "Deprecated"))
    major, minor, patch = numbers(before)
    if breaks and major:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if breaks or brings else f"{major}.{minor}.{patch + 1}"


def numbers(version: str) -> tuple[int, int, int]:
    """For comparing. Raises ValueError for what is no version."""
    found = VERSION.fullmatch(version)
    if found is None:
        raise ValueError(version)
    return int(found[1]), int(found[2]), int(found[3])


def released(text: str, version: str, day: str) -> str:
    """The changelog with what was unreleased under the version's own heading."""
    return text.replace(f"{UNRELEASED}\n", f"{UNRELEASED}\n\n## {version} - {day}\n", 1)
