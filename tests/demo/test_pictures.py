"""The pictures of README and documentation: all there, as they are taken, small, and shown in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import ROOT
from demo.pictures import MOST_BYTES, PICTURES, SCALE, WIDTH, Picture
from demo.png import colours_of, size_of
from demo.screenshots import IMAGES

FILES = [(picture, file) for picture in PICTURES for file, _ in picture.files]
SHOWN_IN = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize(("picture", "file"), FILES, ids=[file for _, file in FILES])
def test_each_is_there_of_the_size_that_it_is_taken_in_and_small(picture: Picture, file: str) -> None:
    png = (IMAGES / file).read_bytes()

    assert size_of(png) == (WIDTH * SCALE, picture.height * SCALE)
    assert len(png) <= MOST_BYTES
    assert colours_of(png) > 50, "a blank one has few"


def test_nothing_else_is_among_them() -> None:
    assert {path.name for path in IMAGES.iterdir()} == {file for _, file in FILES}


def test_each_is_shown_somewhere_and_each_that_is_shown_is_there() -> None:
    shown: set[str] = set()
    for page in SHOWN_IN:
        for place in re.findall(r'(?:srcset|src)="([^"]+\.png)"|\]\(([^)]+\.png)\)', page.read_text(encoding="utf-8")):
            path = (page.parent / (place[0] or place[1])).resolve()
            assert path.is_file(), f"{page.name} shows {path.name}, which is not there"
            shown.add(path.name)

    assert {file for _, file in FILES} <= shown


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "demo.md"], ids=lambda path: path.name)
def test_who_reads_in_the_dark_is_shown_the_dark_one(page: Path) -> None:
    source, image = r'media="\(prefers-color-scheme: dark\)" srcset="([^"]+)-dark\.png"', r'src="([^"]+)\.png"'
    pairs = re.findall(rf"<picture><source {source}><img {image}", page.read_text(encoding="utf-8"))
    assert pairs
    assert [dark for dark, light in pairs if dark != light] == []
