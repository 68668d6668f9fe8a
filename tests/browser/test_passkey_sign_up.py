"""An account without a password, made in Chromium by keyboard, and what its owner does with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from app import accounts
from app.accounts import User
from app.core.database import execute_write
from app.sessions import Session
from tests.browser.conftest import new_profile, picture
from tests.browser.test_left_out import serving
from tests.browser.test_pages import check_accessibility
from tests.browser.test_passkeys import with_authenticator

pytestmark = [
    pytest.mark.needs("passkeys", "assurance", "recovery_codes"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(variables={"MAIL_URL": "memory:"})


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


def make_stale(app: Flask) -> None:
    with app.app_context():
        execute_write(sa.update(Session).values(authenticated_at=sa.text("'2020-01-01 00:00:00'")))


def fill(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-up")
    expect(page.get_by_role("button", name="Sign up with a passkey")).to_be_enabled()
    page.keyboard.type("Eve")
    page.keyboard.press("Tab")
    page.keyboard.type("eve@example.com")
    for _ in range(9):
        if page.evaluate("document.activeElement.innerText") == "Sign up with a passkey":
            return
        page.keyboard.press("Tab")
    raise AssertionError("the button is not reached by keyboard")


def test_by_keyboard_and_nothing_is_left_of_what_is_called_off(chromium: Chromium, app: Flask, url: str) -> None:
    with new_profile(chromium, color_scheme="dark", viewport={"width": 390, "height": 844}) as profile:
        page = profile.new_page()
        device, key = with_authenticator(page)
        page.goto(f"{url}/sign-up")
        page.get_by_role("button", name="Sign up with a passkey").click()
        expect(page.get_by_text("Enter your e-mail address.")).to_be_visible()
        check_accessibility(page, "sign-up-passkey", "dark")
        page.set_viewport_size({"width": 320, "height": 844})
        picture(page, "sign-up-passkey-dark-320", full_page=True)

        device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
        fill(page, url)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert").first).to_contain_text("Your browser has not used a passkey")
        with app.app_context():
            assert accounts.find("eve@example.com") is None, "nothing is left of what was called off"
        device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/account#recovery-codes")
        expect(page.locator("#recovery-codes-title")).to_be_focused()
        expect(page.get_by_text("Your account has no password yet.")).to_be_visible()


def test_what_a_password_is_for_is_done_without_one(chromium: Chromium, app: Flask, url: str) -> None:
    with new_profile(chromium, color_scheme="dark", viewport={"width": 390, "height": 844}) as profile:
        page = profile.new_page()
        device, key = with_authenticator(page)
        fill(page, url)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/account#recovery-codes")
        page.get_by_role("button", name="Remove Chrome on Linux").click()
        page.get_by_role("button", name="Remove passkey").click()
        expect(page.get_by_text("Nothing else opens your account.")).to_be_visible()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()

        make_stale(app)
        page.get_by_label("New password").fill("battery staple, correct")
        page.get_by_role("button", name="Set password").click()
        asked = page.get_by_role("dialog", name="Is it still you?")
        expect(asked.get_by_role("button", name="Have a code mailed to you")).to_be_visible()
        check_accessibility(page, "confirm-ways", "dark")
        asked.get_by_role("button", name="Use your passkey").click()
        expect(page.get_by_text("Your password is set.")).to_be_visible()

        make_stale(app)
        page.get_by_role("button", name="Remove Chrome on Linux").click()
        page.get_by_role("button", name="Remove passkey").click()
        expect(asked.get_by_label("Password")).to_be_focused()
        asked.get_by_role("button", name="Use your passkey").click()
        asked.get_by_role("button", name="Use your passkey").click()
        expect(page.get_by_text("You have no passkeys.")).to_be_visible()
        expect(page.locator("#recovery-codes")).to_be_hidden()
        assert device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"] == []


def test_a_taken_address_is_told_before_the_browser_makes_a_passkey(chromium: Chromium, app: Flask, url: str) -> None:
    with app.app_context():
        accounts.register("eve@example.com", None)
    with new_profile(chromium, viewport={"width": 390, "height": 844}) as profile:
        page = profile.new_page()
        device, key = with_authenticator(page)
        fill(page, url)
        page.keyboard.press("Enter")
        expect(page.get_by_text("There is already an account with this address.")).to_be_visible()
        expect(page.get_by_label("E-mail")).to_be_focused()
        assert device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"] == []
        with app.app_context():
            execute_write(sa.delete(User))
        page.get_by_role("button", name="Sign up with a passkey").click()
        page.wait_for_url(f"{url}/account#recovery-codes")
