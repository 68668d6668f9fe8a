"""The pages in other languages, in a browser: chosen by it, at the foot of a page, and for oneself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site, new_profile, picture
from tests.browser.test_pages import AXE, press_until
from tests.client import PASSWORD

NARROW = {"width": 320, "height": 700}


@pytest.fixture
def cairo(chromium: Chromium) -> Iterator[BrowserContext]:
    """Somebody's browser in Arabic. axe is put in past the page's own policy."""
    with new_profile(chromium, locale="ar-EG", viewport=NARROW, bypass_csp=True) as context:
        yield context


def check_layout(page: Page, name: str) -> None:
    """As people see it: nothing sticks out, and nothing keeps anybody out."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.evaluate(AXE)
    assert page.evaluate("async () => (await axe.run()).violations.map((v) => [v.id, v.nodes[0].html])") == []
    picture(page, name, full_page=True)


def test_arabic_from_right_to_left_by_pages_scripts_and_refusals(
    cairo: BrowserContext, site: Site, account: str
) -> None:
    page = cairo.new_page()
    page.goto(f"{site.url}/sign-in")
    assert page.evaluate("[document.documentElement.lang, getComputedStyle(document.body).direction]") == ["ar", "rtl"]
    page.get_by_label("البريد الإلكتروني").fill(account)
    page.get_by_label("كلمة المرور", exact=True).fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("عنوان البريد الإلكتروني أو كلمة المرور غير صحيحة.")
    check_layout(page, "arabic-sign-in")

    page.get_by_label("كلمة المرور", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/account")
    expect(page.get_by_text("نشط الآن")).to_be_visible()
    check_layout(page, "arabic-account")


def test_the_foot_leads_to_other_languages_by_keyboard_and_keeps_where_one_is(
    profile: BrowserContext, site: Site
) -> None:
    page = profile.new_page()
    page.goto(f"{site.url}/sign-in?next=%2Fadmin#here")
    press_until(page, ".languages a[lang=de]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in?next=%2Fadmin&lang=de#here")
    expect(page.get_by_role("button", name="Anmelden", exact=True)).to_be_visible()
    expect(page.locator(".languages [aria-current]")).to_have_text("Deutsch")

    page.goto(f"{site.url}/sign-up")
    page.get_by_label("Passwort", exact=True).fill("kurz")
    page.keyboard.press("Enter")
    expect(page.locator("#password-problem")).to_have_text("Verwenden Sie mindestens 10 Zeichen.")


def test_whoever_chooses_a_language_for_themselves_finds_it_elsewhere(
    chromium: Chromium, site: Site, account: str
) -> None:
    def sign_in(context: BrowserContext) -> Page:
        page = context.new_page()
        page.goto(f"{site.url}/sign-in")
        page.locator("#email").fill(account)
        page.locator("#password").fill(PASSWORD)
        page.locator("#password").press("Enter")
        page.wait_for_url(f"{site.url}/account")
        return page

    with new_profile(chromium) as one, new_profile(chromium) as other:
        page = sign_in(one)
        page.locator("#language").select_option("Français")
        page.get_by_role("button", name="Change language").click()
        expect(page.get_by_role("heading", name="Votre compte")).to_be_visible()
        expect(page.locator("#language")).to_have_value("fr")

        expect(sign_in(other).get_by_role("heading", name="Votre compte")).to_be_visible()


def test_the_account_page_fits_a_narrow_screen_in_every_language(chromium: Chromium, site: Site, account: str) -> None:
    with new_profile(chromium, viewport={"width": 320, "height": 700}) as context:
        page = context.new_page()
        page.goto(f"{site.url}/sign-in")
        page.get_by_label("E-mail").fill(account)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site.url}/account")
        widths = {}
        for language in ("en", "de", "fr", "es", "ar"):
            page.goto(f"{site.url}/account?lang={language}")
            expect(page.locator("#sign-out-everywhere")).to_be_visible()
            expect(page.locator("#set-up-totp")).to_be_visible()
            widths[language] = page.evaluate("document.documentElement.scrollWidth")
    assert set(widths.values()) == {320}, widths
