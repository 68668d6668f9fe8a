"""What pages are made of: a feature's templates, files, sections and client part are found beside the app's own."""

from __future__ import annotations

import gzip
import importlib.util
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app import create_app
from app.core import assets, pages
from app.core.assets import STATIC, BadPages
from app.core.headers import PAGE_CSP
from app.features import FEATURES
from tests import databases, node
from tests.databases import SETTINGS

Feature = Callable[[Mapping[str, str]], Flask]
NOTHING = "def init_app(app): pass\n"
SECTIONS = """from app.core import client, pages


def init_app(app):
    pages.add(app, "account", "guestbook/section.html", "guestbook/section.js", order=45)
    pages.add(app, "sign-in", "guestbook/hint.html")
    client.add(app, "guestbook")
"""
WHOLE = {
    "__init__.py": SECTIONS,
    "templates/guestbook/section.html": '<template data-section="account"><p id="guests"></p></template>\n',
    "templates/guestbook/hint.html": "<p>Sign the guestbook, {{ brand.name }}.</p>\n",
    "static/guestbook/section.js": '/** Guests. */\nimport { names } from "./names.js";\nexport default names;\n',
    "static/guestbook/names.js": '/** Names. */\nimport {\n  client,\n} from "../pages/client.js";\n'
    "export const names = () => client.guests.list();\n",
    "static/guestbook/client.js": "/** Guests. */\n"
    'export const guests = ({ call }) => ({ list: () => call("GET", "g") });\n',
}


@pytest.fixture
def with_feature(tmp_path: Path) -> Iterator[Feature]:
    """An app that has one more feature, whose folder holds these files. It has no database."""
    made: list[Flask] = []

    def make(files: Mapping[str, str]) -> Flask:
        for name, text in files.items():
            path = tmp_path / "guestbook" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("guestbook", tmp_path / "guestbook" / "__init__.py")
        assert spec is not None
        assert spec.loader is not None
        feature: Any = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(feature)
        settings = replace(SETTINGS, database_url=f"sqlite:///{tmp_path}/unused.db")
        made.append(create_app(settings, (*FEATURES, feature)))
        return made[-1]

    yield make
    for app in made:
        databases.close(app)


def test_a_feature_fills_slots_and_its_modules_are_preloaded(with_feature: Feature) -> None:
    visitor = with_feature(WHOLE).test_client()

    account, sign_in = visitor.get("/account").text, visitor.get("/sign-in").text
    assert '<p id="guests">' in account
    assert account.index('id="devices"') < account.index('id="guests"') < account.index('id="closing"')
    assert '<link rel="modulepreload" href="/static/guestbook/section.js">' in account
    assert '<link rel="modulepreload" href="/static/guestbook/names.js">' in account
    assert "<p>Sign the guestbook, Flaskport.</p>" in sign_in
    assert "/static/guestbook/" not in sign_in


def test_the_module_of_a_slot_imports_what_is_in_it_in_its_order(with_feature: Feature) -> None:
    with with_feature(WHOLE).test_client().get("/static/pages/slots/account.js") as response:
        text = response.get_data(as_text=True)
        imports = [line.partition(" from ")[2] for line in text.splitlines() if line.startswith("import")]

    assert imports.index('"../account/devices.js";') < imports.index('"../../guestbook/section.js";')
    assert imports[-1] == '"../account/closing.js";'


def test_a_feature_has_pages_of_its_own_with_the_headers_of_one(with_feature: Feature) -> None:
    own = '{% extends "pages/base.html" %}{% set script = "guestbook/section" %}{% block title %}Guests{% endblock %}'
    app = with_feature({**WHOLE, "templates/guestbook/list.html": own})
    with app.test_request_context():
        response = pages.page("guestbook/list")
        html = response.get_data(as_text=True)

    assert "<title>Guests · Flaskport</title>" in html
    assert '<link rel="modulepreload" href="/static/guestbook/names.js">' in html
    assert '<script type="module" src="/static/guestbook/section.js?v=' in html
    assert response.headers["Content-Security-Policy"] == PAGE_CSP


@pytest.mark.parametrize("layout", ["base", "_private"])
def test_what_roles_may_do_is_on_a_page_for_somebody_signed_in_whoever_shows_it(
    with_feature: Feature, layout: str
) -> None:
    blocks = "{% block title %}Guests{% endblock %}{% block heading %}Guests{% endblock %}"
    own = f'{{% extends "pages/{layout}.html" %}}{{% set script = "guestbook/section" %}}{blocks}'
    app = with_feature({**WHOLE, "templates/guestbook/list.html": own})
    with app.test_request_context():
        html = pages.page("guestbook/list").get_data(as_text=True)

    assert ("data-roles='{\"" in html) == (layout == "_private")


@pytest.mark.parametrize("path", ["/static/guestbook/section.js", "/static/pages/slots/account.js"])
def test_its_files_and_what_the_app_writes_are_served_as_every_static_file(with_feature: Feature, path: str) -> None:
    visitor = with_feature(WHOLE).test_client()

    with visitor.get(path) as ours, visitor.get("/static/pages/form.js") as usual:
        for header in ("Content-Type", "Cache-Control", "Cross-Origin-Resource-Policy", "Vary"):
            assert ours.headers[header] == usual.headers[header]
        tag = ours.headers["ETag"]
    with visitor.get(path, headers={"If-None-Match": tag}) as unchanged:
        assert unchanged.status_code == 304
    with visitor.get(f"{path}?v=1") as kept:
        assert kept.headers["Cache-Control"] == "public, max-age=31536000"


@pytest.mark.parametrize(
    "name", ["guestbook/../__init__.py", "guestbook/%2e%2e/%2e%2e/__init__.py", "guestbook/none.js"]
)
def test_nothing_else_of_its_folder_is_served(with_feature: Feature, name: str) -> None:
    assert with_feature(WHOLE).test_client().get(f"/static/{name}").status_code == 404


def test_its_part_of_the_client_is_in_the_one_that_pages_load(with_feature: Feature) -> None:
    visitor = with_feature(WHOLE).test_client()

    with visitor.get("/static/flaskport-parts.js", headers={"Accept-Encoding": "gzip"}) as response:
        assert "export const guests" in gzip.decompress(response.data).decode()
    assert 'href="/static/flaskport-parts.js"' in visitor.get("/account").text


def test_a_part_is_what_the_client_has_by_its_name(tmp_path: Path) -> None:
    script = f"""
      import {{ createClient, parts }} from "{STATIC}/flaskport.js";
      const guests = ({{ call, url }}) => ({{ at: () => url("guests") }});
      const some = createClient({{ baseUrl: "https://a.example", parts: {{ guests, keys: parts.keys }} }});
      const whole = Object.keys(parts).every((name) => name in createClient());
      console.log(some.guests.at(), Object.keys(some.keys), "identities" in some, whole);
    """
    done = node.run(tmp_path, "node", "--input-type=module", "--eval", script)

    assert done.stdout == "https://a.example/guests [ 'list', 'create', 'revoke' ] false true\n", done.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"__init__.py": SECTIONS.replace('"sign-in"', '"signin"')}, "the slot 'signin'"),
        ({"__init__.py": SECTIONS.replace("hint.html", "hints.html")}, "guestbook/hints.html"),
        ({"templates/guestbook/hint.html": "<p>{% if %}"}, "guestbook/hint.html cannot be parsed, line 1"),
        ({"__init__.py": SECTIONS.replace("section.js", "sections.js")}, "/static/guestbook/sections.js is named"),
        ({"static/guestbook/names.js": 'import "./nobody.js";\n'}, "/static/guestbook/nobody.js is named"),
        ({"static/guestbook/client.js": 'import "./names.js";\n'}, "import nothing"),
        ({"static/guestbook/client.js": "export default 1;\n"}, "export const"),
        ({"static/guestbook/client.js": "export const keys = () => 1;\n"}, "both declare keys"),
        ({"static/pages/mine.js": ""}, "/static/pages is there already"),
    ],
    ids=[
        "slot",
        "template",
        "syntax",
        "module",
        "import",
        "part",
        "part exports nothing",
        "part twice",
        "folder twice",
    ],
)
def test_what_cannot_be_stops_the_start(with_feature: Feature, changes: dict[str, str], said: str) -> None:
    with pytest.raises(BadPages) as stopped:
        with_feature({**WHOLE, **changes})

    assert said in str(stopped.value)


def test_an_edited_file_has_another_address_at_once(with_feature: Feature, tmp_path: Path) -> None:
    app = with_feature({"__init__.py": NOTHING, "static/guestbook/mine.css": ":root {}"})
    with app.test_request_context():
        before = assets.asset("guestbook/mine.css")
        file = tmp_path / "guestbook" / "static" / "guestbook" / "mine.css"
        file.write_text(":root { color: red }")
        os.utime(file, ns=(1, 1))
        after = assets.asset("guestbook/mine.css")

    assert urlsplit(before).path == urlsplit(after).path == "/static/guestbook/mine.css"
    assert before != after
