"""The version: the same wherever it stands, and told to nobody who need not know it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from app.core.version import VERSION, series_of
from releasing import places
from tests import databases
from tests.client import browser_of
from tests.databases import SETTINGS
from tests.docs.snippets import ROOT

HERE = "https://auth.example.com"


def test_every_place_says_the_same() -> None:
    assert places.read(ROOT).keys() >= {"pyproject.toml", "app/static/package.json"}
    assert set(places.read(ROOT).values()) == {VERSION}


def test_the_command_line_says_it(flask_json: Callable[..., Any]) -> None:
    assert flask_json("auth", "version")["flaskport"] == VERSION


def test_security_says_how_long_it_is_supported() -> None:
    security, releases = ((ROOT / name).read_text(encoding="utf-8") for name in ("SECURITY.md", "docs/releases.md"))
    assert f"| {series_of(VERSION)} | yes |" in security
    assert "for twelve months after" in security
    assert "for twelve months after" in releases


@pytest.mark.parametrize(("version", "series"), [("0.1.0", "0.1"), ("0.12.3", "0.12"), ("1.4.2", "1")])
def test_a_series_is_what_stays_compatible(version: str, series: str) -> None:
    assert series_of(version) == series


def test_in_development_the_openapi_document_says_it() -> None:
    answer = browser_of(create_app(replace(SETTINGS, api_docs=True))).get("/openapi.json")
    assert (answer.json or {})["info"]["version"] == VERSION


def test_in_production_no_public_route_says_it(tmp_path: Path) -> None:
    kept = f"sqlite:///{tmp_path}/x.db"
    app = create_app(replace(SETTINGS, database_url=kept, environment="production", public_url=HERE, api_docs=True))
    paths = {str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments}
    told: dict[str, str] = {}
    for path in paths:
        with app.test_client().get(path) as answer:
            told[path] = answer.data.decode("latin-1") + str(answer.headers)
    databases.close(app)
    assert [path for path, text in told.items() if VERSION in text] == []
    assert len(told) > 20
    assert f'"version":"{series_of(VERSION)}"' in told["/openapi.json"].replace(" ", "")


def test_the_npm_package_is_for_whoever_has_the_folder() -> None:
    browser = browser_of(create_app(SETTINGS))
    assert browser.get("/static/package.json").status_code == 404
    with browser.get("/static/flaskport.js") as answer:
        assert answer.status_code == 200


def test_a_front_end_that_has_installed_the_client_has_the_version_in_its_lock_file(tmp_path: Path) -> None:
    for path in places.LINES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text((ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    ours = {"version": VERSION, "resolved": "file:../../app/static"}
    for name, entry in {"ours": ours, "theirs": ours | {"resolved": "https://registry.npmjs.org/f.tgz"}}.items():
        (tmp_path / "examples" / name).mkdir(parents=True)
        locked = {"packages": {places.PACKAGE: entry}}
        (tmp_path / "examples" / name / "package-lock.json").write_text(json.dumps(locked), encoding="utf-8")
    places.write(tmp_path, "7.8.9")
    assert places.read(tmp_path) == dict.fromkeys([*places.LINES, "examples/ours/package-lock.json"], "7.8.9")


def test_a_place_that_says_it_twice_is_no_place(tmp_path: Path) -> None:
    for path in places.LINES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(2 * (ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(places.Unclear, match="2 lines say the version"):
        places.read(tmp_path)
