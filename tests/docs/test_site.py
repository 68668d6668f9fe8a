"""The site that ``make docs`` builds: no link leads nowhere, every page is in a list, nothing is from elsewhere."""

from __future__ import annotations

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from docsite.build import Failed, build, version_of
from tests import node
from tests.docs.snippets import ROOT

FOREIGN = re.compile(r"(?:\w+:)?//")
LOADED = {"script": "src", "img": "src", "source": "srcset", "link": "href", "iframe": "src"}
"""Where an element has what a browser fetches by itself."""
GUIDE = "A page stands in the list under <!-- contents --> of the page above it: docs/index.md, docs/accounts.md …"


def build_it(folder: Path) -> str:
    try:
        build(ROOT, folder)
    except Failed as error:
        return f"{error}\n{GUIDE}"
    return ""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the current version, built once a run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "docs-site"
    folder.mkdir(exist_ok=True)
    problem = node.once(folder, "built", lambda: build_it(folder))
    assert not problem, problem
    return folder / version_of(ROOT)


class Page(HTMLParser):
    """What a page can be asked for, where it leads, and what a browser loads for it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids = {"", "top"}
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.add(found["href"])
        if LOADED.get(tag) in found:
            self.loaded.add(found[LOADED[tag]])


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def test_no_link_leads_nowhere(site: Path, pages: dict[Path, Page]) -> None:
    dead = []
    for path, page in pages.items():
        for link in page.links | page.loaded:
            target, anchor = urldefrag(link)
            if FOREIGN.match(link) or link.startswith(("mailto:", "data:")):
                continue
            there = (path.parent / unquote(target).partition("?")[0]).resolve() if target else path
            if not there.is_file() or (there in pages and unquote(anchor) not in pages[there].ids):
                dead.append(f"{path.relative_to(site)}: {link}")
    assert len(pages) > 80
    assert dead == []


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    foreign = {link for page in pages.values() for link in page.loaded if FOREIGN.match(link)}
    for style in site.rglob("*.css"):
        foreign |= set(re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^)]*", style.read_text(encoding="utf-8")))
    assert foreign == set()


def test_it_can_be_searched(site: Path) -> None:
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert '"passkeys"' in index
    assert 'role="search"' in (site / "index.html").read_text(encoding="utf-8")


def test_each_version_is_listed_for_all_of_them(site: Path) -> None:
    assert json.loads((site.parent / "versions.json").read_text()) == {"versions": [site.name]}
    assert f'href="{site.name}/index.html"' in (site.parent / "index.html").read_text()
    assert f'data-version="{site.name}"' in (site / "index.html").read_text()
