"""Each of examples/: installed from its lock file, compiled, built, and used in Chromium as its README says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests import node
from tests.browser.test_pages import check_accessibility
from tests.browser.test_tabs import expire_access_token
from tests.browsers import SHOTS
from tests.examples import rendered
from tests.examples.conftest import Running
from tests.examples.front_ends import EXAMPLES, WITH_PACKAGES, WITH_SERVER, Example
from tests.examples.scenario import (
    add_note,
    add_note_by_two_clicks,
    add_notes_at_once,
    fill_in,
    has_note,
    is_signed_in,
    is_signed_out,
    make_admin,
    no_complaints,
    press,
)
from tests.features.totp.apps import Authenticator
from tests.server import ROOT, SECONDS

EVERY = pytest.mark.parametrize("example", EXAMPLES, indirect=True)
WITHOUT_SERVER = pytest.mark.parametrize("example", sorted(set(WITH_PACKAGES) - set(WITH_SERVER)), indirect=True)
"""The others are compiled as they are built, and built as they are started."""
EVERY_WITH_PACKAGES = pytest.mark.parametrize("example", WITH_PACKAGES, indirect=True)
REGISTRY = "https://registry.npmjs.org/"
EXACT = re.compile(r"\d+\.\d+\.\d+|file:\.\./\.\./app/static")


def test_the_table_names_every_example() -> None:
    table = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[(\w+)\]\(\1/README\.md\)", table, re.MULTILINE)) == list(EXAMPLES)


@EVERY_WITH_PACKAGES
def test_its_packages_are_exact_and_what_the_lock_file_names(example: Example) -> None:
    package = json.loads((example.source / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((example.source / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    asked = package["dependencies"] | package["devDependencies"]
    assert [name for name, version in asked.items() if not EXACT.fullmatch(version)] == []
    client = locked.pop("node_modules/flaskport")
    assert "integrity" not in client, "npm ci would refuse the client as soon as anybody changes it"
    del locked[""]
    assert [name for name, each in locked.items() if not each.get("resolved", REGISTRY).startswith(REGISTRY)] == []
    assert all(each["integrity"].startswith("sha512-") for each in locked.values())


@WITHOUT_SERVER
def test_it_compiles_and_is_built(example: Example, installed: Path) -> None:
    for script in ("check", "build"):
        done = node.run(installed, "npm", "run", script, **node.home())
        assert done.returncode == 0, done.stdout + done.stderr


@EVERY
@pytest.mark.needs("assurance", "posts", "totp")
def test_people_use_it(running: Running) -> None:
    with no_complaints(running.profile):
        two_tabs(running, f"ada-{running.name}@example.com")
        second_factor(running, f"eve-{running.name}@example.com")
    server_that_fails(running, f"eve-{running.name}@example.com")
    if running.example.has_server:
        rendered.on_the_server(running, f"bea-{running.name}@example.com")


def two_tabs(running: Running, email: str) -> None:
    first = running.open()
    look_at(first, f"example-{running.name}-signed-out", "light")
    fill_in(first, email)  # a name is nothing that one has to give
    press(first, "Sign up")
    is_signed_in(first, email)
    add_note(first, f"Milk for {running.name}")
    has_note(first, f"Milk for {running.name}")

    add_note_by_two_clicks(first, f"Eggs for {running.name}")

    second = running.open()
    is_signed_in(second, email)
    has_note(second, f"Milk for {running.name}")
    expire_access_token(running.profile, running.site)
    assert add_notes_at_once(running.profile, first, second, running.name) == 1

    press(second, "Show people")
    expect(second.get_by_text("This is not for your role.", exact=True)).to_be_visible()
    look_at(second, f"example-{running.name}-refused", "dark")
    make_admin(running.site, email)
    press(second, "Show people")
    expect(second.get_by_role("listitem").filter(has_text=email)).to_be_visible()
    expect(second.get_by_text("This is not for your role.")).to_be_hidden()

    press(first, "Sign out")
    is_signed_out(first)
    is_signed_out(second)
    fill_in(first, email, "not my password")
    press(first, "Sign in")
    expect(first.get_by_text("Invalid credentials")).to_be_visible()
    fill_in(first, email)
    press(first, "Sign in")
    is_signed_in(first, email)
    is_signed_in(second, email)
    first.reload()
    is_signed_in(first, email)
    expect(first.get_by_role("listitem").filter(has_text=f"Eggs for {running.name}")).to_have_count(1)


def server_that_fails(running: Running, email: str) -> None:
    """The page says so, and goes on when it is asked to; one that a server rendered is there already."""
    page = running.profile.new_page()
    page.route("**/auth/session", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"), times=1)
    page.goto(running.url)
    if not running.example.has_server:
        expect(page.get_by_role("alert").filter(has_text="status 502")).to_be_visible()
        press(page, "Try again")
    is_signed_in(page, email)


def second_factor(running: Running, email: str) -> None:
    """The step is asked for on the server's page, which leads back."""
    authenticator = with_an_app(running, email)
    page = running.open()
    press(page, "Sign out")
    fill_in(page, email)
    press(page, "Sign in")
    page.get_by_label("Code from your app").fill(authenticator.code())
    press(page, "Continue")
    is_signed_in(page, email)
    assert page.url.startswith(running.url)


def with_an_app(running: Running, email: str) -> Authenticator:
    somebody, url = running.site.server.signed_in(email), f"{running.site.server.url}/auth/totp"
    authenticator = Authenticator(somebody.post(url, timeout=SECONDS).json()["secret"])
    code = {"code": authenticator.code()}
    somebody.post(f"{url}/confirm", json=code, timeout=SECONDS).raise_for_status()
    return authenticator


def look_at(page: Page, name: str, scheme: Literal["light", "dark"]) -> None:
    """With axe, and on three screens: build/screenshots has the pictures."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 700})
    page.screenshot(path=SHOTS / f"{name}-{scheme}-320.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    check_accessibility(page, name, scheme)
