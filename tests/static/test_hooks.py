"""The hooks for React and Vue in a front end that Vite has bundled: one look at the session, and every change of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browsers import Site
from tests.client import PASSWORD
from tests.static.packaged import FrontEnd

pytestmark = pytest.mark.parametrize("framework", ["react", "vue"])
FOLDER = "packaged"
START = """({ values, html, script }) => {
  Object.assign(globalThis, values);
  const app = Object.assign(document.createElement("div"), { id: "app", innerHTML: html });
  document.body.replaceChildren(app, Object.assign(document.createElement("script"), { type: "module", src: script }));
}"""


@dataclass
class Tab:
    """A page with three components that ask who is signed in: what it asked the server for, and what went wrong."""

    page: Page
    looks: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shown = self.page.locator("output")
        self.page.on("request", lambda request: self.looks.append(request.url) if "/session" in request.url else None)
        self.page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type in {"error", "warning"} else None,
        )

    def shows(self, text: str) -> None:
        expect(self.shown).to_have_text([text] * 3)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def sign_in(self, email: str) -> None:
        self.page.evaluate("(fields) => client.signIn(fields)", {"email": email, "password": PASSWORD})


@pytest.fixture
def tab(profile: BrowserContext, site: Site, front_end: FrontEnd, framework: str) -> Callable[..., Tab]:
    """``tab("ada", found={…})``: another tab of this browser, with what a server rendered and found if one did."""
    page_of = (front_end.pages / f"{framework}.html").read_text(encoding="utf-8")
    [script] = re.findall(r'<script [^>]*src="./([^"]+)"', page_of)
    within = re.compile(re.escape(f"{site.front_end}/{FOLDER}/") + "(.+)")

    def open_one(rendered: str | None = None, **more: object) -> Tab:
        page = profile.new_page()
        page.route(
            within,
            lambda route: route.fulfill(path=front_end.pages / within.sub(r"\1", route.request.url)),
        )
        page.goto(f"{site.front_end}/empty.html")
        opened = Tab(page)
        html = front_end.rendered[framework][rendered] if rendered else ""
        page.evaluate(START, {"values": {"api": site.url, **more}, "html": html, "script": f"{FOLDER}/{script}"})
        return opened

    return open_one


def test_it_follows_sign_ins_and_sign_outs_here_and_in_another_tab(tab: Callable[..., Tab], account: str) -> None:
    here, there = tab(), tab()
    for each in (here, there):
        each.shows("nobody")
        assert len(each.looks) == 1  # of three components, which React mounts twice each
        assert each.page.evaluate("listening") == 1

    there.sign_in(account)
    for each in (here, there):
        each.shows(account)

    there.press("Sign out")
    for each in (here, there):
        each.shows("nobody")
        assert each.complaints == []


def test_components_that_come_and_go_leave_no_listener_and_miss_nothing(tab: Callable[..., Tab], account: str) -> None:
    one = tab()
    one.shows("nobody")

    one.press("Toggle")
    expect(one.shown).to_have_count(0)
    assert one.page.evaluate("listening") == 0
    one.sign_in(account)
    one.looks.clear()

    one.press("Toggle")
    one.shows(account)
    assert one.page.evaluate("listening") == 1
    assert one.looks == []


def test_a_server_that_cannot_be_reached_is_said_and_asked_again(tab: Callable[..., Tab]) -> None:
    one = tab()
    one.shows("nobody")
    one.page.route("**/auth/session", lambda route: route.abort())

    one.press("Look again")
    one.shows("network_error")

    one.page.unroute("**/auth/session")
    one.press("Look again")
    one.shows("nobody")


def test_a_page_that_a_server_rendered_is_taken_over_as_it_is_and_looked_at_then(
    tab: Callable[..., Tab], account: str
) -> None:
    first = tab()
    first.shows("nobody")
    first.sign_in(account)
    unknown, nobody, ada = tab("unknown"), tab("nobody", found=None), tab("ada", found={"email": "ada@example.com"})

    for each in (unknown, nobody, ada):
        each.shows(account)  # what the browser's own look says
        assert len(each.looks) == 1
        assert each.complaints == []


def test_whom_a_server_found_is_not_forgotten_where_the_browser_cannot_look(
    tab: Callable[..., Tab], unused_port: int
) -> None:
    ada = {"email": "ada@example.com"}

    tab("ada", found=ada, api=f"http://localhost:{unused_port}").shows("network_error ada@example.com")
