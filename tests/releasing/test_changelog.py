"""What is read from CHANGELOG.md, and which version its entries ask for."""

from __future__ import annotations

import pytest

from releasing import changelog
from tests.docs.snippets import ROOT

TEXT = """# Changelog

## Unreleased

### Added
- Notes, of which
  each has an owner.

#### Mails
- Another mail.

### Fixed
- A fault.

## 0.2.0 - 2026-12-01

### Fixed
- An older fault.
"""


def test_a_section_ends_where_the_next_one_begins() -> None:
    assert changelog.section(TEXT, "Unreleased").endswith("- A fault.")
    assert changelog.section(TEXT, "0.2.0") == "### Fixed\n- An older fault."
    assert changelog.section(TEXT, "0.2") == changelog.section(TEXT, "0.1.0") == ""


def test_entries_stand_under_the_headings_of_keep_a_changelog() -> None:
    body = changelog.section(TEXT, "Unreleased")
    assert changelog.entries(body) == {
        "": [],
        "Added": ["Notes, of which each has an owner.", "Another mail."],
        "Fixed": ["A fault."],
    }
    assert list(changelog.problems_of(body)) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", ["CHANGELOG.md has no entries under '## Unreleased'."]),
        ("- Loose.", ["CHANGELOG.md has entries under no heading."]),
        (
            "### News\n- A.",
            ["CHANGELOG.md: 'News' is none of Added, Changed, Deprecated, Removed, Fixed, Security."],
        ),
        ("### Fixed\n\n### Added\n- A.", ["CHANGELOG.md: 'Fixed' has no entries."]),
        ("### Fixed\n- A.\n\n### Fixed\n- B.", ["CHANGELOG.md: 'Fixed' stands there twice."]),
    ],
)
def test_what_is_wrong_with_a_section_is_told(body: str, told: list[str]) -> None:
    assert list(changelog.problems_of(body)) == told


def test_what_is_unreleased_has_nothing_wrong() -> None:
    body = changelog.section((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), "Unreleased")
    assert body == "" or list(changelog.problems_of(body)) == []


@pytest.mark.parametrize(
    ("before", "body", "least"),
    [
        ("1.4.2", "### Fixed\n- A.", "1.4.3"),
        ("1.4.2", "### Security\n- A.\n\n### Fixed\n- A.", "1.4.3"),
        ("1.4.2", "### Added\n- A.", "1.5.0"),
        ("1.4.2", "### Changed\n- A.", "1.5.0"),
        ("1.4.2", "### Deprecated\n- A.", "1.5.0"),
        ("1.4.2", "### Removed\n- A.", "2.0.0"),
        ("1.4.2", "### Security\n- **Breaking:** A.", "2.0.0"),
        ("0.4.2", "### Removed\n- A.", "0.5.0"),
        ("0.4.2", "### Added\n- A.", "0.5.0"),
        ("0.4.2", "### Fixed\n- A.", "0.4.3"),
    ],
)
def test_entries_ask_for_a_version(before: str, body: str, least: str) -> None:
    assert changelog.least(before, body) == least


def test_what_was_unreleased_gets_its_heading_and_nothing_else_changes() -> None:
    text = changelog.released(TEXT, "0.3.0", "2026-12-24")
    assert text.replace("## Unreleased\n\n## 0.3.0 - 2026-12-24\n", "## Unreleased\n") == TEXT
    assert changelog.section(text, "Unreleased") == ""
    assert changelog.section(text, "0.3.0") == changelog.section(TEXT, "Unreleased")


@pytest.mark.parametrize("version", ["", "1.0", "v1.0.0", "1.0.0-rc.1", "01.0.0", "1.0.0\n"])
def test_what_is_no_version_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        changelog.numbers(version)
