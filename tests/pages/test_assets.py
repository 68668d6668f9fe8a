"""What the pages are made of: every file is there, is cached as it may be, and keeps to the rules of the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.core import assets
from app.core.parts import folder_of
from app.features import FEATURES
from tests.features.test_every_feature import TURNSTILE
from tests.pages.markup import Element
from tests.pages.visiting import PAGES, html_of, others_than_ours

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "app" / "static"
OF_FRONT_ENDS = {"flaskport-watch.js", "react.js", "vue.js"}
OWN = {"check.js", "docs.js", "flaskport.js", "flaskport-browser.js", "flaskport-parts.js", *OF_FRONT_ENDS}
"""Those that no page has for itself alone, and the hooks, which are for front ends."""
STYLESHEETS = [STATIC / "pages.css", STATIC / "brand.css"]


def found_in(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*.js") if "vendor" not in path.parts]


PARTS = [folder for feature in FEATURES if (folder := folder_of(feature) / "static").is_dir()]
MODULES = sorted({*found_in(STATIC), *(name for folder in PARTS for name in found_in(folder))} - OWN)
KEPT = {
    ("invitations/invitation.js", "sessionStorage"),
    ("email_verification/page.js", "sessionStorage"),
    ("assurance/last.js", "localStorage"),
}
"""The secret of a link, in its tab, while whoever has opened it signs in on another page; which second factor was shown
last, which is none.
"""
OWNERS = {module: module.partition("/")[0] for module in MODULES}
"""The feature in whose folder a module stands, or ``pages``."""


def test_everything_a_page_names_is_there(visitor: FlaskClient, elements: list[Element]) -> None:
    named = {element[name].partition("#")[0] for element in elements for name in ("src", "href") if name in element}
    static = [address for address in named if address.startswith("/static/")]

    assert static
    for address in static:
        with visitor.get(address) as response:
            assert response.status_code == 200, address


@pytest.mark.parametrize(
    "module", [pytest.param(module, marks=pytest.mark.needs(OWNERS[module])) for module in MODULES]
)
def test_a_module_imports_what_is_there_and_makes_no_markup_of_text(visitor: FlaskClient, module: str) -> None:
    source = assets.source(visitor.application, module)

    assert source.startswith("/**"), "it says its job"
    assert assets.modules(visitor.application, module)
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert forbidden not in source
    for forbidden in ("localStorage", "sessionStorage", "http://", "https://", ".cookie"):
        assert forbidden not in source or (module, forbidden) in KEPT


@pytest.mark.needs(*OWNERS.values())
def test_there_is_no_module_that_no_page_loads(visitor_of: Callable[..., FlaskClient]) -> None:
    """Also of what is off by default. What a part of the client loads when it is needed, it names."""
    visitor = visitor_of(
        variables={**TURNSTILE, "EMAIL_CODE": "true", "UNKNOWN_DEVICE_CODE": "true", "IMPERSONATION": "true"}
    )
    of_features = {
        "/challenge",
        "/dev/mail",
        "/invitation",
        "/magic-link",
        "/not-me",
        "/second-factor",
        "/unknown-device",
    }
    paths = {*PAGES, *of_features, *others_than_ours(visitor.application)}
    parts = {name for name in MODULES if name.endswith("/client.js")}
    texts = [html_of(visitor, path) for path in paths] + [assets.source(visitor.application, name) for name in parts]

    assert set(MODULES) - parts <= {name for text in texts for name in re.findall(r'"/?static/([\w/.-]+\.js)', text)}


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

    assert {"eye", "key"} <= used
    assert used | {"phone", "terminal"} <= drawn


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
