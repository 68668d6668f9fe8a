"""Whoever has to have a second factor: told in time, then led to set one up, with nothing else to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from app import accounts
from tests.browser.conftest import new_profile, picture
from tests.browser.test_left_out import serving
from tests.browser.test_pages import check_accessibility
from tests.browser.test_passkeys import add, by_password, with_authenticator
from tests.browser.test_sign_in_page import fill
from tests.client import PASSWORD

pytestmark = pytest.mark.needs("assurance", "passkeys", "recovery_codes", "trusted_devices")

EMAIL = "ada@example.com"
DUTY = "Your account has to have a second factor"
PHONE = {"color_scheme": "dark", "viewport": {"width": 320, "height": 700}}


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: nothing here asks the database anything that other tests do not."""
    return str(request.param)


@pytest.fixture
def url_with(make_app: Callable[..., Flask]) -> Iterator[Callable[[str], str]]:
    with ExitStack() as servers:

        def make(days: str) -> str:
            app = make_app(variables={"REQUIRE_SECOND_FACTOR": "admins", "SECOND_FACTOR_GRACE_DAYS": days})
            with app.app_context():
                accounts.register(EMAIL, PASSWORD, role="admin")
            return servers.enter_context(serving(app))

        yield make


def sign_in(page: Page, url: str, then: str = "account") -> None:
    page.goto(f"{url}/sign-in?next=/{then}")
    fill(page, EMAIL)
    page.locator("#sign-in button[type=submit]").first.click()
    page.wait_for_url(f"{url}/account")


def headings(page: Page) -> list[str]:
    return page.locator("#private h2:visible").all_text_contents()


def test_in_time_it_is_said_by_when_and_the_page_is_whole(
    profile: BrowserContext, url_with: Callable[[str], str]
) -> None:
    page = profile.new_page()
    sign_in(page, url_with("7"))
    expect(page.get_by_role("heading", name=DUTY)).to_be_visible()
    expect(page.locator("#second-factor-when")).to_contain_text("Set one up by")
    expect(page.locator("#second-factor-done")).to_be_hidden()
    assert {"Devices", "Passkeys", "Password"} <= set(headings(page))
    picture(page, "second-factor-in-time", full_page=True)


def test_when_it_is_due_there_is_nothing_else_and_every_page_leads_there(
    chromium: Chromium, profile: BrowserContext, url_with: Callable[[str], str]
) -> None:
    page, url = profile.new_page(), url_with("0")
    sign_in(page, url, then="admin")
    expect(page.get_by_role("heading", name=DUTY)).to_be_visible()
    assert headings(page) == [DUTY, "Authenticator app", "Passkeys"]
    page.get_by_role("button", name="I have set one up: go on").click()
    expect(page.get_by_text("You have not set one up yet.")).to_be_visible()
    expect(page.get_by_role("button", name="I have set one up: go on")).to_be_focused()
    check_accessibility(page, "second-factor-due", "light")
    picture(page, "second-factor-due", full_page=True)
    with new_profile(chromium, **PHONE) as phone:
        other = phone.new_page()
        sign_in(other, url)
        other.goto(f"{url}/account?lang=ar")
        expect(other.locator("#second-factor-duty")).to_be_visible()
        picture(other, "second-factor-due-ar", full_page=True)


def test_a_passkey_is_set_up_the_page_is_whole_and_this_browser_is_trusted(
    profile: BrowserContext, url_with: Callable[[str], str]
) -> None:
    page, url = profile.new_page(), url_with("0")
    device, key = with_authenticator(page)
    sign_in(page, url)
    add(page, "Phone")
    expect(page.locator("#second-factor-when")).to_have_text("You have set one up. Go on to your account.")
    page.get_by_role("button", name="I have set one up: go on").click()
    expect(page.locator("#own-email")).to_have_text(EMAIL)
    expect(page.get_by_role("heading", name=DUTY)).to_be_hidden()
    # Before the page is there that a passkey signs in on by itself.
    device.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": key, "enabled": False})
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url(f"{url}/sign-in*")

    by_password(page, url)
    page.get_by_label("Do not ask again in this browser for 30 days").check()
    check_accessibility(page, "second-factor-trust", "light")
    device.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": key, "enabled": True})
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(f"{url}/account")
    expect(page.locator("#trusted-list")).to_contain_text("Chrome on Linux")
    picture(page.locator("#trusted-devices"), "trusted-browsers")
    device.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": key, "enabled": False})
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url(f"{url}/sign-in*")

    page.goto(f"{url}/sign-in")
    expect(page.locator("#last-way")).to_contain_text("last time.")
    picture(page, "last-way")
    by_password(page, url)
    page.wait_for_url(f"{url}/account")
    page.get_by_role("button", name="Ask again Chrome on Linux").click()
    expect(page.get_by_text("Your second factor is asked for there again.")).to_be_visible()
