"""Every text of pages and mails is looked up, collected and translated, in each language that ships."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from app import create_app
from app.core.languages import collecting
from app.core.languages.catalogues import languages_in
from app.core.parts import folder_of
from app.features import FEATURES
from tests import translations
from tests.databases import SETTINGS
from tests.translations import ROOT

APP = ROOT / "app"
OURS = (APP, *sorted(path.parent for path in (APP / "features").glob("*/__init__.py")))
FOR_DEVELOPERS = (
    "features/check",
    "features/dev_mail",
    "templates/docs.html",
    "static/docs.js",
    "static/vendor",
    "static/flaskport",
)
"""What people who use the site never see stays English."""
COLLECT = "run `flask translations`, and translate what it has written into the .po files (docs/languages.md)"


def said(problems: Iterable[str]) -> str:
    found = list(problems)
    return "\n".join([f"{len(found)}:", *found[:20], COLLECT]) if found else ""


def files(*endings: str) -> Iterator[Path]:
    for path in sorted(APP.rglob("*")):
        name = path.relative_to(APP).as_posix()
        if path.suffix in endings and not name.startswith((*FOR_DEVELOPERS, "ours/")):
            yield path


def test_what_people_read_in_templates_is_looked_up() -> None:
    found = (path for path in files(".html", ".txt") if "templates" in path.parts)

    assert not said(problem for path in found for problem in translations.of_template(path))


def test_what_people_read_by_scripts_is_looked_up() -> None:
    assert not said(problem for path in files(".js") for problem in translations.of_script(path))


@pytest.mark.needs(*(folder_of(feature).name for feature in FEATURES))
def test_every_text_is_collected() -> None:
    wanted = collecting.files(create_app(SETTINGS), languages_in(APP)[1:])
    differing = [path for path, text in wanted if (path.read_text(encoding="utf-8") if path.exists() else None) != text]

    assert not said(str(path.relative_to(ROOT)) for path in differing if path.parent.parent in OURS)


@pytest.mark.parametrize("language", languages_in(APP)[1:])
def test_every_text_is_translated_with_the_same_places_for_facts(language: str) -> None:
    catalogues = (folder / "translations" / f"{language}.po" for folder in OURS)

    assert not said(problem for path in catalogues if path.exists() for problem in translations.of_file(path))
