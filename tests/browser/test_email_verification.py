"""From the page to sign up over the mail to the verified account: in the same browser, and in another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from app import accounts
from tests.browser.conftest import new_profile
from tests.browser.test_left_out import serving
from tests.browser.test_pages import check_accessibility
from tests.browser.test_sign_in_page import fill
from tests.client import PASSWORD
from tests.features.email_verification.mailbox import ADA, REQUIRED, Letter, letters

pytestmark = pytest.mark.needs("email_verification", "password_reset")


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: nothing here asks the database anything that other tests do not."""
    return str(request.param)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(variables=REQUIRED)


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


def signed_up(page: Page, app: Flask, url: str) -> Letter:
    page.goto(f"{url}/sign-up?next=/account%23devices")
    fill(page, ADA)
    page.get_by_role("button", name="Create account", exact=True).click()
    page.wait_for_url(f"{url}/verify?**")
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    expect(page.locator("#mailed-to")).to_have_text(ADA)
    return letters(app)[-1]


def opened(context: BrowserContext, letter: Letter, url: str, query: str = "") -> Page:
    page = context.new_page()
    page.goto(f"{url}/verify{query}#token={letter.token}")
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    return page


def test_in_the_same_browser_a_press_on_the_button_is_all(profile: BrowserContext, app: Flask, url: str) -> None:
    first = profile.new_page()
    letter = signed_up(first, app, url)
    check_accessibility(first, "verify-waiting", "light")
    page = opened(profile, letter, url)
    assert "#" not in page.url
    check_accessibility(page, "verify-link", "light")
    with app.app_context():
        assert accounts.get(ADA).email_verified_at is None
    page.get_by_role("button", name="Confirm address").click()
    page.wait_for_url(f"{url}/account")
    expect(page.locator("#verification .badge:visible")).to_have_text("Confirmed")
    again = opened(profile, letter, url)
    again.get_by_role("button", name="Confirm address").click()
    expect(again.get_by_role("alert").filter(has_text="This link was used already")).to_be_visible()
    expect(again.get_by_role("button", name="Confirm address")).to_be_hidden()
    expect(again.get_by_role("button", name="Send a mail")).to_be_visible()


def test_on_another_device_the_password_confirms(
    chromium: Chromium, profile: BrowserContext, app: Flask, url: str
) -> None:
    letter = signed_up(profile.new_page(), app, url)
    with new_profile(chromium, color_scheme="dark", viewport={"width": 390, "height": 844}) as phone:
        page = opened(phone, letter, url, "?step=verify_email&token=of-a-sign-in-that-took-too-long")
        page.get_by_role("button", name="Confirm address").click()
        expect(page.get_by_role("heading", name="Is this account yours?")).to_be_focused()
        check_accessibility(page, "verify-whose", "dark")
        page.get_by_label("Password of the account").fill("not the password")
        page.get_by_role("button", name="Confirm and sign in").click()
        expect(page.get_by_text("This is not your password.")).to_be_visible()
        page.get_by_label("Password of the account").fill(PASSWORD)
        page.get_by_role("button", name="Confirm and sign in").click()
        page.wait_for_url(f"{url}/account")
        expect(page.locator("#own-email")).to_have_text(ADA)


def test_who_did_not_make_the_account_starts_afresh_and_whoever_did_is_out(
    chromium: Chromium, profile: BrowserContext, app: Flask, url: str
) -> None:
    eve = profile.new_page()
    letter = signed_up(eve, app, url)
    with new_profile(chromium) as hers:
        page = opened(hers, letter, url)
        page.get_by_role("button", name="Confirm address").click()
        page.get_by_role("button", name="Start afresh").click()
        page.wait_for_url(f"{url}/reset-password")
        page.get_by_role("textbox", name="New password").fill("a password of my own")
        page.locator("form button[type=submit]").click()
        expect(page.locator("#done-note")).to_be_visible()
    eve.goto(f"{url}/sign-in")
    fill(eve, ADA)
    eve.get_by_role("button", name="Sign in", exact=True).click()
    expect(eve.locator("#sign-in-alert")).not_to_be_empty()
    assert eve.url == f"{url}/sign-in"


def test_an_account_from_before_takes_the_step_with_the_code(profile: BrowserContext, app: Flask, url: str) -> None:
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    page = profile.new_page()
    page.goto(f"{url}/sign-in")
    fill(page, ADA)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/verify?**")
    page.get_by_role("button", name="Send a mail").click()
    expect(page.get_by_text("a mail is on its way.").last).to_be_visible()
    page.get_by_role("button", name="I have opened the link").click()
    expect(page.get_by_text("Your address is not confirmed yet.")).to_be_visible()
    page.get_by_role("textbox", name="Code").fill(letters(app)[-1].code)
    page.get_by_role("button", name="Confirm", exact=True).click()
    page.wait_for_url(f"{url}/account")
    expect(page.locator("#own-email")).to_have_text(ADA)


def test_a_tab_that_waits_goes_on_once_the_link_was_opened_in_another(
    profile: BrowserContext, app: Flask, url: str
) -> None:
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    page = profile.new_page()
    page.goto(f"{url}/sign-in?next=/account%23keys")
    fill(page, ADA)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/verify?**")
    page.get_by_role("button", name="Send a mail").click()
    expect(page.get_by_text("a mail is on its way.").last).to_be_visible()
    other = opened(profile, letters(app)[-1], url)
    other.get_by_role("button", name="Confirm address").click()
    other.wait_for_url(f"{url}/account")
    page.wait_for_url(f"{url}/account#keys")
