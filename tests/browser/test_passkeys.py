"""Passkeys in Chromium, with the authenticator that it brings for tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from app import accounts
from tests.browser.conftest import Site, new_profile, picture
from tests.browser.test_left_out import serving
from tests.browser.test_pages import check_accessibility, run_sql, signed_in
from tests.client import PASSWORD

pytestmark = pytest.mark.needs("passkeys", "assurance", "recovery_codes")

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_authenticator(page: Page, **options: object) -> tuple[CDPSession, str]:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **options}})
    return session, str(added["authenticatorId"])


def add(page: Page, name: str) -> None:
    """Somebody's first one, after which their recovery codes are shown."""
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("dialog").get_by_label("Name", exact=True)).to_have_value("Chrome on Linux")
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Create passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.locator("#recovery-codes-stored").click()


def test_one_is_added_signs_in_is_named_and_removed(profile: BrowserContext, site: Site, account: str) -> None:
    page = profile.new_page()
    with_authenticator(page)
    signed_in(page, site, account)
    add(page, "My laptop")
    expect(page.locator("#passkey-list")).to_contain_text("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Create passkey").click()
    expect(page.get_by_text("There is a passkey of your account on this device already.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Rename My laptop").click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Work laptop")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("The passkey is called “Work laptop” now.")).to_be_visible()
    check_accessibility(page, "account-passkeys", "light")

    profile.clear_cookies()
    page.goto(f"{site.url}/sign-in?next=/account%23passkeys")
    # The browser offers it in the field, and this authenticator takes every offer.
    page.wait_for_url(f"{site.url}/account#passkeys")
    expect(page.locator("#own-email")).to_have_text(account)

    page.get_by_role("button", name="Remove Work laptop").click()
    page.get_by_role("button", name="Remove passkey").click()
    expect(page.get_by_text("You have no passkeys.")).to_be_visible()


def test_without_a_password_it_confirms_that_it_is_still_them_and_says_what_went_wrong(
    chromium: Chromium, site: Site, account: str
) -> None:
    with new_profile(chromium, color_scheme="dark", viewport={"width": 390, "height": 844}) as dark:
        page = dark.new_page()
        device, key = with_authenticator(page)
        signed_in(page, site, account)
        add(page, "Phone")
        expect(page.get_by_text("on one device only")).to_be_visible()
        page.set_viewport_size({"width": 320, "height": 844})
        picture(page.locator("#passkeys"), "passkeys-dark-320")
        page.set_viewport_size({"width": 390, "height": 844})
        run_sql(site, f"update users set password_hash = null where email = '{account}'")  # noqa: S608
        run_sql(site, "update sessions set authenticated_at = '2020-01-01 00:00:00'")
        page.reload()

        page.get_by_role("button", name="Remove Phone").click()
        page.get_by_role("button", name="Remove passkey").click()
        expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
        device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
        page.get_by_role("button", name="Use your passkey").click()
        expect(page.get_by_text("Your browser has not used a passkey")).to_be_visible()
        check_accessibility(page, "confirm-by-passkey", "dark")
        device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
        page.get_by_role("button", name="Use your passkey").click()
        expect(page.get_by_text("Nothing else opens your account.")).to_be_visible()


def test_the_page_to_sign_in_has_a_button(chromium: Chromium, site: Site) -> None:
    with new_profile(chromium, color_scheme="dark", viewport={"width": 390, "height": 844}) as dark:
        page = dark.new_page()
        with_authenticator(page, automaticPresenceSimulation=True, isUserVerified=False)
        page.goto(f"{site.url}/sign-in")
        expect(page.get_by_label("E-mail")).to_have_attribute("autocomplete", "username webauthn")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("Your browser has not used a passkey")
        check_accessibility(page, "sign-in-passkey", "dark")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_step_of_a_sign_in_takes_it(chromium: Chromium, make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"PASSKEYS_ASKED_FOR": "true"})
    with app.app_context():
        accounts.register("ada@example.com", PASSWORD, "Ada")
    with serving(app) as url, new_profile(chromium, viewport={"width": 390, "height": 844}) as profile:
        page = profile.new_page()
        device, key = with_authenticator(page)
        by_password(page, url)
        page.wait_for_url(f"{url}/account")
        add(page, "Phone")
        expect(page.get_by_text("on one device only")).to_be_visible()
        profile.clear_cookies()
        device.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": key, "enabled": False})
        by_password(page, url)
        expect(page.get_by_role("button", name="Use your passkey")).to_be_focused()
        check_accessibility(page, "second-factor-passkey", "light")
        device.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": key, "enabled": True})
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/account")
        expect(page.locator("#own-email")).to_have_text("ada@example.com")


def by_password(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
