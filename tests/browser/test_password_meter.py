"""The meter below a field for a new password: in words, for everybody, and before the form is sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site, new_profile
from tests.browser.test_pages import check_accessibility, signed_in
from tests.client import PASSWORD

pytestmark = pytest.mark.needs("password_quality")

PERSONAL = "It is made of your name, your address, or the name of this site."
EASY = "It is too easy to guess. Add a word or two."


def said(page: Page) -> str:
    return page.locator(".strength [role=status]").inner_text().strip()


def test_signing_up_says_how_good_the_password_is_and_every_wrong_field_at_once(chromium: Chromium, site: Site) -> None:
    with new_profile(chromium, color_scheme="dark", viewport={"width": 390, "height": 844}) as profile:
        page = profile.new_page()
        page.goto(f"{site.url}/sign-up")
        page.wait_for_load_state("networkidle")
        assert said(page) == ""
        button = page.get_by_role("button", name="Create account").bounding_box()
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        expect(page.locator(".strength-word")).to_have_text("Strong password.")
        assert page.get_by_role("button", name="Create account").bounding_box() == button, "it moved away"

        page.get_by_label("Password", exact=True).fill("lovelace, ada")
        expect(page.locator(".strength-word")).to_have_text("Good password.")
        page.get_by_label("Name").fill("Ada Lovelace")  # what is typed after it counts, too
        expect(page.locator(".strength-word")).to_have_text("Weak password.")
        assert said(page) == f"Weak password. {PERSONAL} {EASY}"

        page.get_by_label("E-mail").fill("nope")
        page.get_by_role("button", name="Create account").click()
        expect(page.locator("[data-problem=email]")).to_have_text("Not a valid e-mail address.")
        expect(page.locator("[data-problem=password]")).to_have_text(f"{PERSONAL} {EASY}")
        assert said(page) == "Weak password.", "nobody reads it twice"
        check_accessibility(page, "meter", "dark")


def test_changing_the_password_knows_whose_it_is(profile: BrowserContext, site: Site, account: str) -> None:
    page = profile.new_page()
    signed_in(page, site, account)
    field = page.get_by_label("New password")
    field.fill(f"{account}!")
    expect(page.locator(".strength-why")).to_have_text(PERSONAL)
    page.get_by_label("Current password").fill(PASSWORD)
    field.fill("staple, battery horse")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    assert said(page) == "", "the form is empty again, and so is the meter"
