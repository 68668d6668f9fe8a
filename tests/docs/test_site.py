"""The site that ``make docs`` builds: no link leads nowhere, every page is in a list, nothing is from elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from docsite.build import Failed, build, version_of
from docsite.pages import CONTENTS, outside_code
from tests import node
from tests.browser.conftest import serving
from tests.browsers import new_profile
from tests.docs.snippets import ROOT
from tests.docs.telling import documents

LINK = re.compile(r"(?<=\]\()(?!\w+:|//)[^)\s]+(?=\))")
FOREIGN = re.compile(r"(?:\w+:)?//")
SEARCH = ("_static/language_data.js", "_static/searchtools.js", "searchindex.js")
SEARCHING = """
const SPHINX_HIGHLIGHT_ENABLED = false, question = process.argv.at(-1);
const _ = (text) => text, _ready = () => {}, location = { search: "?q=" + encodeURIComponent(question) };
const document = { getElementById: () => null }, window = globalThis;
SCRIPT
const [asked, words, without, marked, names] = Search._parseQuery(question);
const results = Search._performSearch(asked, words, without, marked, names).reverse();
console.log(JSON.stringify([...new Set(results.map(([page]) => page))]));
"""
"""The search of the site without its page."""
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


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("PUBLIC_URL", {"settings"}),
        ("origin_not_allowed", {"reference/codes", "reference/endpoints"}),
        ("roles", {"roles"}),
    ],
)
def test_a_name_is_found_where_it_is_explained(site: Path, question: str, first: set[str]) -> None:
    assert set(found(site, question)[: len(first)]) == first


@pytest.mark.parametrize("question", ["csrf", "cors", "roles", "react"])
def test_why_something_is_so_is_found_after_how_it_is_used(site: Path, question: str) -> None:
    background = [page.startswith(("decisions/", "benchmarks", "project/")) for page in found(site, question)]
    assert background[:6] == [False] * 6


def found(site: Path, question: str) -> list[str]:
    """The pages that the search of the site finds, the first first."""
    node.needs_node()
    script = SEARCHING.replace("SCRIPT", "\n".join((site / name).read_text(encoding="utf-8") for name in SEARCH))
    answer = subprocess.run(["node", "-", question], input=script, capture_output=True, check=True, text=True)
    pages: list[str] = json.loads(answer.stdout)
    return pages


def test_whoever_comes_from_the_search_sees_what_they_asked_for(site: Path, chromium: Chromium) -> None:
    with serving(site) as origin, new_profile(chromium) as profile:
        page = profile.new_page()
        page.goto(f"{origin}/search.html?q=HOME_URL")
        page.locator("#search-results a").first.click()
        expect(page).to_have_url(f"{origin}/settings.html")
        expect(page.locator("article .highlighted").first).to_be_in_viewport()


def test_options_of_commands_stand_as_they_are_typed(site: Path) -> None:
    """Also in a sentence, where two hyphens would become a dash."""
    dashes = [
        path.name for path in site.rglob("*.html") if re.search(r"\s[\u2013\u2014]\w", path.read_text(encoding="utf-8"))
    ]
    assert dashes == []


def test_each_version_is_listed_for_all_of_them(site: Path) -> None:
    assert json.loads((site.parent / "versions.json").read_text()) == {"versions": [site.name]}
    assert f'href="{site.name}/index.html"' in (site.parent / "index.html").read_text()
    assert f'data-version="{site.name}"' in (site / "index.html").read_text()


def test_the_site_of_a_release_stands_beside_that_of_today(tmp_path: Path) -> None:
    """Of a small project: two pages, a release, and what has come since."""
    project, folder = tmp_path / "project", tmp_path / "build/site"
    (project / "docs").mkdir(parents=True)
    git = ("git", "-C", str(project), "-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    (project / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (project / "docs/index.md").write_text(
        f"# Notes\n\n{CONTENTS}- [More](more.md): more.\n\nSee [its files](../deploy/).\n"
    )
    (project / "deploy").mkdir()
    (project / "deploy/server.conf").write_text("listen 80;\n")
    (project / "docs/more.md").write_text("# More\n\nAs it was, [above](index.md#notes).\n")
    for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "1.2.0"), ("tag", "v1.2.0")):
        subprocess.run([*git, *command], check=True)
    (project / "pyproject.toml").write_text('[project]\nversion = "1.10.0"\n')
    (project / "docs/more.md").write_text("# More\n\nAs it is.\n")
    (project / "deploy/.env").write_text("SECRET=mine\n")

    build(project, folder, tags=True)

    assert json.loads((folder / "versions.json").read_text()) == {"versions": ["1.10.0", "1.2.0"]}
    assert "As it was" in (folder / "1.2.0/more.html").read_text()
    copied = [path.name for path in folder.rglob("*") if "_downloads" in path.parts and path.is_file()]
    assert copied == ["server.conf", "server.conf"]
    assert "As it is." in (folder / "1.10.0/more.html").read_text()
    assert sorted(path.name for path in folder.iterdir()) == ["1.10.0", "1.2.0", "index.html", "versions.json"]


def test_what_is_wrong_with_a_page_is_told_and_there_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (tmp_path / "docs/index.md").write_text("# Notes\n\n[Nowhere](nowhere.md)\n")

    with pytest.raises(Failed, match=r"docs/index\.md links to .*nowhere\.md, and nothing is there"):
        build(tmp_path, tmp_path / "build/site")

    (tmp_path / "docs/index.md").write_text("# Notes\n\n[Nowhere](#nothing)\n")
    (tmp_path / "docs/alone.md").write_text("# Alone\n")
    with pytest.raises(Failed) as failed:
        build(tmp_path, tmp_path / "build/site")
    assert "docs/index.md:3: WARNING: 'myst' cross-reference target not found: 'nothing'" in str(failed.value)
    assert "docs/alone.md: WARNING: document isn't included in any toctree" in str(failed.value)


def test_links_of_documents_that_are_no_pages_lead_somewhere() -> None:
    """The README, which the site's first page takes the place of, and those that are only for a repository's pages."""
    dead = []
    for path in documents():
        for link in LINK.findall(outside_code(path.read_text(encoding="utf-8"), str)):
            target, anchor = urldefrag(link)
            there = (path.parent / target).resolve() if target else path
            known = headings(there) if there.suffix == ".md" and there.is_file() else {""}
            if not there.exists() or anchor not in known:
                dead.append(f"{path.relative_to(ROOT)}: {link}")
    assert dead == []


def headings(path: Path) -> set[str]:
    """The anchors of a document, as GitHub makes them; the second of a name has a number."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    named = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", line) for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
    return {"", *(re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-") for name in named)}
