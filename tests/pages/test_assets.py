"""What the pages are made of: every file is there, is cached as it may be, and keeps to the rules of the pages."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from app.pages.routes import MARKS
from tests.pages.markup import Element
from tests.pages.visiting import PAGES, html_of, others_than_ours

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "app" / "static"
MODULES = sorted((STATIC / "pages").rglob("*.js"))
STYLESHEETS = [STATIC / "pages.css", STATIC / "brand.css"]
IMPORT = re.compile(r'^(?:import|export) (?:[^"]* from )?"([^"]+)";', re.MULTILINE)


def imported_by(module: Path) -> set[Path]:
    return {(module.parent / name).resolve() for name in IMPORT.findall(module.read_text())}


def test_everything_a_page_names_is_there(visitor: FlaskClient, elements: list[Element]) -> None:
    named = {element[name].partition("#")[0] for element in elements for name in ("src", "href") if name in element}
    static = [address for address in named if address.startswith("/static/")]

    assert static
    for address in static:
        with visitor.get(address) as response:
            assert response.status_code == 200, address


@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_every_module_that_it_will_need(visitor: FlaskClient, path: str) -> None:
    """Or the browser would learn of one after the other."""
    html = html_of(visitor, path)
    named = {(STATIC / name).resolve() for name in re.findall(r'"/static/([\w/.-]+\.js)', html)}
    needed = set(named)
    while more := {wanted for module in needed for wanted in imported_by(module)} - needed:
        needed |= more

    assert named == needed | ({STATIC / "flaskport.js"} & named)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(STATIC)))
def test_a_module_imports_what_is_there_and_makes_no_markup_of_text(module: Path) -> None:
    source = module.read_text()

    assert source.startswith("/**"), "it says its job"
    assert all(wanted.is_file() for wanted in imported_by(module))
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert forbidden not in source
    for forbidden in ("localStorage", "sessionStorage", "http://", "https://", ".cookie"):
        assert forbidden not in source


def test_there_is_no_module_that_no_page_loads(visitor: FlaskClient) -> None:
    paths = {*PAGES, *others_than_ours(visitor.application)}
    named = {name for path in paths for name in re.findall(r'"/static/([\w/.-]+\.js)', html_of(visitor, path))}

    assert {str(module.relative_to(STATIC)) for module in MODULES} <= named


@pytest.mark.parametrize("stylesheet", STYLESHEETS, ids=lambda path: path.name)
def test_a_stylesheet_loads_nothing(stylesheet: Path) -> None:
    source = stylesheet.read_text()

    assert "@import" not in source
    assert "url(" not in source


def test_the_six_properties_to_brand_with_are_the_ones_that_are_documented() -> None:
    used = set(re.findall(r"--brand-[\w-]+", STYLESHEETS[0].read_text()))

    assert len(used) == 6
    assert set(re.findall(r"--brand-[\w-]+", STYLESHEETS[1].read_text())) == used
    assert set(re.findall(r"--brand-[\w-]+", (ROOT / "docs" / "pages.md").read_text())) == used


def test_the_brand_comes_last(visitor: FlaskClient) -> None:
    html = html_of(visitor, "/sign-in")

    assert 0 < html.index("/static/pages.css?") < html.index("/static/brand.css?")


def test_every_icon_that_is_used_is_drawn(visitor: FlaskClient) -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "pages" / "icons.svg").read_text()))
    used = {name for path in PAGES for name in re.findall(r"icons\.svg\?[^#]*#([\w-]+)", html_of(visitor, path))}
    marks = set(MARKS.values())

    assert {"eye", "key"} <= used
    assert "github" in marks
    assert used | marks | {"phone", "terminal"} <= drawn


def test_an_address_with_the_digest_of_a_file_may_be_kept_for_ever(visitor: FlaskClient) -> None:
    [address] = re.findall(r'"(/static/pages\.css\?v=[0-9a-f]+)"', html_of(visitor, "/sign-in"))

    with visitor.get(address) as response:
        assert response.headers["Cache-Control"] == "public, max-age=31536000"


def test_a_module_that_others_import_is_asked_about_each_time(visitor: FlaskClient) -> None:
    with visitor.get("/static/pages/form.js") as response:
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.content_type == "text/javascript; charset=utf-8"
        etag = response.headers["ETag"]

    with visitor.get("/static/pages/form.js", headers={"If-None-Match": etag}) as response:
        assert response.status_code == 304


def test_an_edited_file_has_another_address_at_once(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from app.core import pages  # noqa: PLC0415

    monkeypatch.setattr(pages, "STATIC", tmp_path)
    file = tmp_path / "mine.css"
    with visitor.application.test_request_context():
        file.write_text(":root {}")
        before = pages.asset("mine.css")
        file.write_text(":root { color: red }")
        os.utime(file, ns=(1, 1))
        after = pages.asset("mine.css")

    assert urlsplit(before).path == urlsplit(after).path == "/static/mine.css"
    assert before != after
