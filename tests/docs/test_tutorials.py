"""docs/start.md and docs/tutorial-react.md, as somebody walks through them who has just heard of Flaskport."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from app import create_app
from app.features import FEATURES
from tests import node
from tests.browsers import SHOTS, new_profile
from tests.client import PASSWORD
from tests.databases import SETTINGS
from tests.docs.conftest import does_not_fit
from tests.docs.following import Elsewhere, run
from tests.docs.reading import Reader, reading
from tests.docs.snippets import ROOT, fenced
from tests.server import SECONDS

ADA, EMMA = "ada@example.com", "emma@example.com"
NO_PAGES = {"docs", "healthz", "readyz", "static", "trpc"}
"""The paths beside api and auth that are no pages for people."""
ON_ONE = "-k 'not postgresql'"
"""The copy's tests ask one engine. That a feature which begins so is right on both, test_following sees."""
TUTORIAL = (ROOT / "docs/tutorial-react.md").read_text(encoding="utf-8")


def test_a_stranger_comes_to_a_front_end_of_their_own(chromium: Chromium, tmp_path: Path) -> None:
    """It is one test: the second page goes on where the first ends, with what that has made."""
    node.needs_node()
    with reading(tmp_path, PYTEST_ADDOPTS=ON_ONE) as reader:
        try:
            with new_profile(chromium) as profile:
                start(reader, profile.new_page())
            begin_the_server(reader)
            with new_profile(chromium) as profile:
                front_end(reader, profile)
        except Elsewhere as why:
            does_not_fit(str(why))
        reader.reads(9)
        assert reader.unread == {}
        for command in (("check",), ("format", "--check")):
            run(reader.clone, sys.executable, "-m", "ruff", *command, "--no-cache", "app/ours", "tests/ours")


@pytest.mark.parametrize("place", ["vite.config.ts", "flaskport.conf"])
def test_every_page_of_the_server_is_behind_the_address_of_the_front_end(place: str) -> None:
    rules = create_app(SETTINGS, FEATURES).url_map.iter_rules()
    pages = {match[1] for rule in rules if (match := re.match(r"/([\w-]+)(/<|$)", rule.rule))} - NO_PAGES
    block = next(text for _, text in fenced("tutorial-react.md") if place in text.partition("\n")[0])
    listed = re.search(r"\^/\((account.*?)\)\\", block.replace('" +\n  "', ""))
    assert listed is not None
    assert pages <= set(listed[1].split("|")), "the hosted pages"
    assert set(listed[1].split("|")) - pages == {"unknown-device"}, "which is switched off as shipped"


def start(reader: Reader, page: Page) -> None:
    reader.opens("start.md")
    reader.reads(1)
    page.goto(reader.at("http://localhost:8000"))
    page.get_by_role("link", name="Create an account").click()
    signs_up(page, ADA)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    confirms_the_address(reader, page)

    reader.reads(3)
    page.goto(reader.at("http://localhost:8000/account"))
    page.get_by_role("link", name="Users").click()
    expect(page.get_by_role("link", name=ADA)).to_be_visible()

    reader.reads(4)
    reader.reads(5)
    page.goto(reader.at("http://localhost:8000/hello"))
    expect(page.get_by_text(f"Hello, {ADA}.")).to_be_visible()
    expect(page.get_by_text(f"Your address is {ADA}, and your role is admin.")).to_be_visible()
    expect(page.get_by_text("The coffee is in the second drawer.")).to_be_visible()
    page.screenshot(path=SHOTS / "start.png")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    page.goto(reader.at("http://localhost:8000/hello"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(reader.at("http://localhost:8000/sign-up?next=/hello"))
    signs_up(page, "grace@example.com")
    expect(page.get_by_text("The staff would read more here.")).to_be_visible()


def signs_up(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()


def confirms_the_address(reader: Reader, page: Page) -> None:
    page.goto(reader.at("http://localhost:8000/dev/mail"))
    page.get_by_role("link", name="Confirm your e-mail address").click()
    page.get_by_role("link", name="/verify#token=").click()
    page.get_by_role("button", name="Confirm address").click()
    expect(page.locator("#is-verified")).to_have_text("Confirmed")


def begin_the_server(reader: Reader) -> None:
    reader.opens("tutorial-react.md")
    for number in range(1, 5):
        reader.reads(number)
    elsewhere = {"Origin": reader.at("http://localhost:5173")}
    asked = {"email": ADA, "password": PASSWORD}
    login = reader.at("http://localhost:8000/auth/login")
    answer = requests.post(login, json=asked, headers=elsewhere, timeout=SECONDS)
    assert answer.json()["code"] == "origin_not_allowed"
    assert f'**"{answer.json()["message"].partition(" If ")[0]}"**' in TUTORIAL


def front_end(reader: Reader, profile: BrowserContext) -> None:
    app = reader.at("http://localhost:5173")
    reader.reads(5)
    reader.reads(6)
    page, other = profile.new_page(), profile.new_page()
    page.goto(app)
    fills_in(page, EMMA, PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text(f"Signed in as {EMMA}")).to_be_visible()
    page.reload()
    expect(page.get_by_text(f"Signed in as {EMMA}")).to_be_visible()

    other.goto(app)
    other.get_by_role("link", name="Your account").click()
    expect(other.get_by_role("heading", name="Your account")).to_be_visible()
    other.go_back()
    other.get_by_role("button", name="Sign out").click()
    fills_in(page, EMMA, "not my password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Invalid credentials")
    fills_in(page, EMMA, PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(other.get_by_text(f"Signed in as {EMMA}")).to_be_visible()

    reader.reads(7)
    load_what_is_saved(reader, page)
    adds(page, "Emma", "5")
    expect(page.get_by_text("Emma ★★★★★")).to_be_visible()
    adds(page, "Persuasion", "6")
    expect(page.get_by_role("alert")).to_contain_text("Must be greater than or equal to 1 and less than or equal to 5.")
    page.reload()
    expect(page.get_by_role("listitem")).to_have_text(["Emma ★★★★★"])
    is_refused_and_then_let_in(reader, page)


def fills_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)


def load_what_is_saved(reader: Reader, page: Page) -> None:
    """On a machine that does much else Vite sometimes never hears that a file has changed, and serves the old one.

    The page is elsewhere meanwhile: when Vite is back, its script loads the page anew, in the moment in which we do.
    """
    url = page.url
    page.goto("about:blank")
    reader.starts_again("npm run dev")
    page.goto(url)


def adds(page: Page, title: str, stars: str) -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_label("Stars").fill(stars)
    page.get_by_role("button", name="Add").click()


def is_refused_and_then_let_in(reader: Reader, page: Page) -> None:
    """The role is changed by the step's command, between the two: its files are there before."""
    reader.reads(8, until="sh")
    load_what_is_saved(reader, page)
    page.get_by_role("button", name="Show everybody's").click()
    expect(page.get_by_role("alert")).to_have_text("This is not for your role.")
    reader.reads(8)
    page.get_by_role("button", name="Show everybody's").click()
    expect(page.get_by_role("listitem")).to_have_text(["Emma ★★★★★", "Emma ★★★★★", "Emma ★★★★★"])
    page.screenshot(path=SHOTS / "tutorial-react.png")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    reader.terminals.pop("make run").stop()
    page.reload()
    said = page.get_by_role("alert")
    expect(said).to_be_visible()
    assert f'**"{said.inner_text()}"**' in TUTORIAL
