"""What a release named in its reference is there, or an entry says that it went."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from releasing import changelog, kept
from tests.docs.snippets import ROOT


def reference(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", kept.NAMES)
def test_names_are_found_in_each_page(path: str) -> None:
    assert len(kept.NAMES[path].findall(reference(path))) > 40


def test_nothing_has_gone_where_nothing_has_changed() -> None:
    assert list(kept.gone(ROOT, reference)) == []


@pytest.mark.parametrize(
    ("path", "line", "lost"),
    [
        ("docs/reference/endpoints.md", "### GET /api/fortunes", "GET /api/fortunes"),
        ("docs/reference/codes.md", "| 418 | `teapot` | It is one. | core |", "418 | `teapot`"),
        ("docs/reference/codes.md", "| 401 | `bad_request` | Another status. | core |", "401 | `bad_request`"),
        ("docs/reference/events.md", "| `Fortune` | | Told. | |", "Fortune"),
        ("docs/reference/commands.md", "### flask fortune", "flask fortune"),
        ("docs/settings.md", "| `FORTUNES` | `1` | How many. |", "FORTUNES"),
    ],
)
def test_what_has_gone_is_named(path: str, line: str, lost: str) -> None:
    found = kept.gone(ROOT, lambda asked: f"{reference(asked)}\n{line if asked == path else ''}\n")
    assert list(found) == [f"{path} names {lost} no more"]


def test_a_setting_that_is_read_by_its_old_name_has_not_gone(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs/reference", tmp_path / "docs/reference")
    (tmp_path / "docs/settings.md").write_text("| `LUCK` | | |\n", encoding="utf-8")
    (tmp_path / "config.py").write_text('setting("LUCK", text, was=("FORTUNES",))\n', encoding="utf-8")
    before = {"docs/settings.md": "| `FORTUNES` | | |\n| `HOPES` | | |\n"}
    assert list(kept.gone(tmp_path, lambda path: before.get(path, ""))) == ["docs/settings.md names HOPES no more"]


@pytest.mark.parametrize(
    ("body", "is_breaking"),
    [
        ("### Removed\n- A.", True),
        ("### Fixed\n- **Breaking:** A.", True),
        ("### Fixed\n- A, which is not **Breaking**.", False),
        ("### Removed\n\n### Fixed\n- A.", False),
    ],
)
def test_an_entry_says_that_something_breaks(body: str, is_breaking: bool) -> None:
    assert changelog.is_breaking(body) == is_breaking
