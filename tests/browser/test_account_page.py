"""/account, as people use it: their devices, and clocks that do not agree."""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Site
from tests.browser.test_pages import run_sql, signed_in
from tests.client import PASSWORD

OTHERS = 12


def sign_in_elsewhere(site: Site, email: str) -> None:
    """On twelve more devices, each seen an hour earlier than the one before."""
    for number in range(OTHERS):
        headers = {"User-Agent": f"device-{chr(ord('a') + number)}/1.0"}
        fields = {"email": email, "password": PASSWORD}
        requests.post(f"{site.url}/auth/login", json=fields, headers=headers, timeout=60).raise_for_status()
        run_sql(
            site,
            f"UPDATE sessions SET last_seen_at = strftime('%Y-%m-%d %H:%M:%f000', 'now', '-{number} hours') "  # noqa: S608
            f"WHERE user_agent = '{headers['User-Agent']}'",
        )


def test_ten_devices_are_shown_the_last_seen_first_and_all_others_end_at_once(
    profile: BrowserContext, site: Site, account: str
) -> None:
    sign_in_elsewhere(site, account)
    page = profile.new_page()
    signed_in(page, site, account)
    rows = page.locator("#device-list > li")
    expect(rows).to_have_count(10)
    expect(rows.nth(0)).to_contain_text("This device")
    expect(rows.nth(1)).to_contain_text("device-a")
    expect(rows.nth(9)).to_contain_text("device-i")

    page.get_by_role("button", name="Show all").click()
    expect(rows).to_have_count(OTHERS + 1)
    expect(rows.nth(12)).to_contain_text("device-l")
    expect(page.get_by_role("button", name="Show all")).to_be_hidden()

    page.get_by_role("button", name="Sign out all others").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out all others").click()
    expect(page.locator("#notice")).to_have_text("Your other devices are signed out.")
    expect(rows).to_have_count(1)
    expect(page.get_by_role("button", name="Sign out all others")).to_be_hidden()


def test_what_has_happened_is_never_said_to_lie_ahead(profile: BrowserContext, site: Site, account: str) -> None:
    """The server's clock, or the reader's, is half an hour off."""
    page = profile.new_page()
    signed_in(page, site, account)
    key = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '+36 minutes')"
    run_sql(site, f"UPDATE sessions SET created_at = {key}")  # noqa: S608
    page.reload()

    since = page.locator("#device-list time").first
    expect(since).to_have_text("just now")
    assert since.get_attribute("datetime")
    assert since.get_attribute("title")


@pytest.mark.needs("api_keys")
def test_a_name_of_one_long_word_stays_inside_its_dialog(profile: BrowserContext, site: Site, account: str) -> None:
    page = profile.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, site, account)
    page.locator("#new-key").click()
    page.locator("dialog [name=name]").fill("k" * 90)
    page.locator("dialog").get_by_role("button", name="Create key").click()
    expect(page.get_by_label("The key")).to_be_visible()
    assert page.locator("dialog[open]").evaluate("(dialog) => dialog.scrollWidth - dialog.clientWidth") == 0

    page.locator("#key-stored").click()
    page.locator("#key-list").get_by_role("button", name="Revoke").click()
    expect(page.locator("dialog[open]")).to_contain_text("Revoke")
    assert page.locator("dialog[open]").evaluate("(dialog) => dialog.scrollWidth - dialog.clientWidth") == 0
