"""HOME_URL: signing in ends at the front end, and the account page leads back to it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Site, new_account
from tests.browser.test_sign_in_page import fill


def test_signing_in_ends_there_and_the_name_above_the_account_leads_there(
    profile: BrowserContext, start_site: Callable[..., Site]
) -> None:
    site = start_site(HOME_URL="/?from=flaskport")
    page = profile.new_page()
    page.goto(f"{site.url}/sign-in")
    fill(page, new_account(site, "ada@example.com"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site.url}/?from=flaskport")

    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{site.url}/account")
    page.get_by_role("link", name="Flaskport", exact=True).click()
    expect(page).to_have_url(re.compile(r"/\?from=flaskport$"))
