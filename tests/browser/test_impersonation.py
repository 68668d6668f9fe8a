"""Acting for somebody, as an admin does it in a browser: the banner above every page, and the way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site, picture
from tests.browser.test_admin_accounts import open_person, pictures
from tests.browser.test_pages import AXE, run_sql, signed_in


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Site]) -> Site:
    return start_site(IMPERSONATION="true")


def second_factor_shown(site: Site, email: str) -> None:
    """As if it had been, just now: how it is shown is another test's."""
    run_sql(
        site,
        "UPDATE sessions SET assured_at = authenticated_at WHERE user_id = "  # noqa: S608
        f"(SELECT id FROM users WHERE email = '{email}')",
    )


@pytest.mark.needs("password_reset")
def test_an_admin_acts_for_somebody_sees_it_on_every_page_and_comes_back(
    profile: BrowserContext, site: Site, account: str, root: str
) -> None:
    page = profile.new_page()
    page.add_init_script(AXE)
    signed_in(page, site, root, "/admin")
    before = opened_before(profile, site, root)
    open_person(page, account)
    address = page.url
    begin_acting(page, site, root)

    page.wait_for_url(f"{site.url}/account")
    banner = page.get_by_role("complementary", name="Impersonation")
    expect(banner).to_contain_text(f"You are acting for {account}")
    expect(page.locator("#own-email")).to_have_text(account)
    expect(page.locator("#device-list")).to_contain_text("Somebody who looks after the users")
    pictures(page, "acting-account")
    in_that_tab = before.get_by_role("complementary", name="Impersonation")
    expect(in_that_tab).to_contain_text(account)
    closed_here(page)
    for path in ("/", "/sign-in", "/no-such-page", "/forgot-password"):
        page.goto(site.url + path)
        expect(banner).to_be_visible()
        page.evaluate("scrollTo(0, 10_000)")
        assert banner.evaluate("(aside) => aside.getBoundingClientRect().top") == 0

    banner.get_by_role("button", name="End it").click()
    page.wait_for_url(address)
    expect(page.get_by_role("dialog")).to_contain_text(account)
    expect(banner).to_have_count(0)
    picture(page, "acting-back")
    expect(in_that_tab).to_have_count(0)


def begin_acting(page: Page, site: Site, root: str) -> None:
    dialog = page.get_by_role("dialog", name="Ada", exact=True)
    dialog.get_by_role("button", name="Act for them").click()
    question = page.get_by_role("dialog", name="Act for Ada")
    question.get_by_role("button", name="Act for them").click()
    expect(question.locator(".problem:visible")).to_have_text("Say why.")
    question.get_by_label("Reason").fill("Ticket 4711")
    pictures(page, "acting-ask")
    question.get_by_role("button", name="Act for them").click()
    expect(question.get_by_role("alert")).to_contain_text("Set one up on your account page to go on.")
    second_factor_shown(site, root)
    question.get_by_role("button", name="Act for them").click()


def opened_before(profile: BrowserContext, site: Site, root: str) -> Page:
    page = profile.new_page()
    page.goto(f"{site.url}/admin")
    expect(page.locator("#who")).to_contain_text(root)
    return page


def closed_here(page: Page) -> None:
    name = page.locator("#profile-form [name=name]")
    name.fill("Eve")
    page.keyboard.press("Enter")
    closed = page.get_by_text("You are acting for somebody else: this is closed until you end that.")
    expect(closed).to_be_visible()
    if (download := page.locator("#export-data")).count():
        download.click()
        expect(closed).to_have_count(2)
        expect(page.get_by_role("dialog")).to_have_count(0)  # nobody is asked for that person's password
