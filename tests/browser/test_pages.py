"""The hosted pages, as people use them: by keyboard, in light and dark, narrow and wide."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.browser.conftest import Site, new_profile, picture, settle
from tests.client import PASSWORD

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
"""axe-core: https://github.com/dequelabs/axe-core, MPL 2.0."""
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
TELEPHONE: ViewportSize = {"width": 390, "height": 844}
OPEN_PAGES = ["/sign-in", "/sign-up", "/sign-in?error=account_exists&provider=github", "/signed-in"]
ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]


def signed_in(page: Page, site: Site, email: str, then: str = "/account") -> None:
    page.goto(f"{site.url}/sign-in?next={then}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site.url}{then}")


def press_until(page: Page, selector: str) -> None:
    """Go there with the tabulator, as somebody without a mouse does, once it is there."""
    expect(page.locator(f"{selector}:visible").first).to_be_visible()
    for _ in range(60):
        if page.evaluate("(selector) => document.activeElement?.matches(selector) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tabulator does not reach {selector}")


@pytest.mark.needs("api_keys")
def test_the_whole_journey_by_keyboard(profile: BrowserContext, site: Site, account: str) -> None:
    email = f"keys-{account}"
    page = profile.new_page()
    page.goto(f"{site.url}/sign-up")
    press_until(page, "[name=email]")
    page.keyboard.type(email)
    press_until(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/account")
    expect(page.locator("#own-email")).to_have_text(email)

    press_until(page, "#profile-form [name=name]")
    page.keyboard.type("Ada Lovelace")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved", exact=False).first).to_be_visible()

    press_until(page, "#new-key")
    page.keyboard.press("Enter")
    press_until(page, "dialog [name=name]")
    page.keyboard.type("Backup script")
    page.keyboard.press("Enter")
    expect(page.get_by_label("The key")).to_have_value(re.compile("^fp_"))
    press_until(page, "#key-stored")
    page.keyboard.press("Enter")
    expect(page.locator("#key-list")).to_contain_text("Backup script")

    press_until(page, "#sign-out")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/sign-in**")


def test_a_wrong_password_is_said_and_the_form_keeps_the_address(
    profile: BrowserContext, site: Site, account: str
) -> None:
    page = profile.new_page()
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill(account)
    page.get_by_label("Password", exact=True).fill("not my password")
    page.get_by_role("button", name="Sign in", exact=True).click()

    said = page.get_by_role("alert").filter(has_text="The e-mail address or the password is not right.")
    expect(said).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(account)


def test_wrong_fields_are_said_beside_them(profile: BrowserContext, site: Site, account: str) -> None:
    page = profile.new_page()
    page.goto(f"{site.url}/sign-up")
    page.get_by_label("E-mail").fill(account)
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Create account").click()

    field = page.get_by_label("Password", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    described = field.get_attribute("aria-describedby") or ""
    assert "Use at least 10 characters." in [page.locator(f"#{name}").inner_text() for name in described.split()]


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
def test_after_signing_in_nobody_is_sent_elsewhere(
    profile: BrowserContext, site: Site, account: str, place: str
) -> None:
    page = profile.new_page()
    page.goto(f"{site.url}/sign-in?next={place}")
    page.get_by_label("E-mail").fill(account)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site.url}/account")


def test_the_back_button_shows_nothing_private_after_signing_out(
    profile: BrowserContext, site: Site, account: str
) -> None:
    page = profile.new_page()
    signed_in(page, site, account)
    expect(page.locator("#own-email")).to_have_text(account)
    page.goto(f"{site.url}/account?again")  # one more entry: the page that is left replaces its own
    expect(page.locator("#own-email")).to_have_text(account)
    page.locator("#sign-out").click()
    page.wait_for_url(f"{site.url}/sign-in**")

    page.go_back()

    page.wait_for_url(f"{site.url}/sign-in**")
    assert account not in page.content()


def test_signing_out_in_one_tab_empties_the_other(profile: BrowserContext, site: Site, account: str) -> None:
    first, second = profile.new_page(), profile.new_page()
    signed_in(first, site, account)
    second.goto(f"{site.url}/account")
    expect(second.locator("#own-email")).to_have_text(account)

    first.locator("#sign-out").click()

    second.wait_for_url(f"{site.url}/sign-in**")
    assert account not in second.content()


@pytest.mark.needs("api_keys")
def test_what_needs_a_fresh_sign_in_asks_for_the_password(profile: BrowserContext, site: Site, account: str) -> None:
    page = profile.new_page()
    signed_in(page, site, account)
    make_stale(site, account)
    page.locator("#new-key").click()
    page.locator("dialog [name=name]").fill("Script")
    page.locator("dialog").get_by_role("button", name="Create key").click()

    ask = page.locator("dialog[open]").last
    ask.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_label("The key")).to_be_visible()


def make_stale(site: Site, email: str) -> None:
    """As if the session had begun an hour ago."""
    run_sql(site, "UPDATE sessions SET authenticated_at = '2020-01-01 00:00:00.000000'")


def run_sql(site: Site, statement: str) -> None:
    database = sqlite3.connect(site.database.removeprefix("sqlite:///"), timeout=30)
    with contextlib.closing(database), database:
        database.execute(statement)


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    """On a telephone."""
    with new_profile(chromium, viewport=TELEPHONE) as context:
        yield context.new_page()


def check_in_both_schemes(page: Page, name: str) -> None:
    """Of one page that was loaded once: nothing but the style sheet asks for the scheme."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(TELEPHONE)
        check_accessibility(page, name, scheme)


def check_accessibility(page: Page, name: str, scheme: str) -> None:
    """No violation, at 390 pixels; pictures of both widths are kept. axe is put in past the page's own policy."""
    picture(page, f"{name}-{scheme}-390", full_page=True)
    page.evaluate(AXE)
    settle(page)
    found = page.evaluate("async () => (await axe.run()).violations.map((v) => [v.id, v.nodes.map((n) => n.html)])")
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window"
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "at 320 pixels it is wider"
    page.set_viewport_size({"width": 1280, "height": 900})
    picture(page, f"{name}-{scheme}-1280", full_page=True)


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/sign-up", "/sign-in?error=account_exists&provider=github", "/signed-in"]
)
def test_an_open_page_is_accessible(page: Page, site: Site, path: str) -> None:
    page.goto(site.url + path)
    page.wait_for_load_state("networkidle")
    check_in_both_schemes(page, path.strip("/").replace("?", "-").replace("&", "-").replace("=", "-"))


def test_the_error_page_is_accessible(page: Page, site: Site) -> None:
    answer = page.goto(f"{site.url}/no-such-page")
    assert answer is not None
    assert answer.status == 404
    check_in_both_schemes(page, "error")


def test_the_account_is_accessible(page: Page, site: Site, account: str) -> None:
    signed_in(page, site, account)
    expect(page.locator("#own-email")).to_have_text(account)
    page.wait_for_load_state("networkidle")
    check_in_both_schemes(page, "account")


def test_administration_is_accessible(page: Page, site: Site, root: str) -> None:
    signed_in(page, site, root)
    page.goto(f"{site.url}/admin?q={root}")
    expect(page.get_by_role("link", name=f"Manage {root}")).to_be_visible()
    page.wait_for_load_state("networkidle")
    check_in_both_schemes(page, "admin")
