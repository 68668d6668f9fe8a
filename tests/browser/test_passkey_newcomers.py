"""Accounts without a password that begin by a mail, and what a browser is told, or does, of its own accord."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from app import accounts
from app.core import mail
from tests.browser.conftest import new_profile
from tests.browser.test_left_out import serving
from tests.browser.test_pages import check_accessibility
from tests.browser.test_passkey_sign_up import fill
from tests.browser.test_passkeys import by_password, with_authenticator
from tests.client import PASSWORD

pytestmark = [
    pytest.mark.needs("passkeys", "assurance"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]
PHONE = {"viewport": {"width": 390, "height": 844}}


def mailed(app: Flask, page: str) -> str:
    """The link in the latest mail."""
    with app.app_context():
        mail.deliver_due()
    found = re.findall(rf"({page}#token=[\w-]+)", mail.text_of(mail.memory(app)[-1]))
    return str(found[0])


@pytest.mark.needs("email_verification")
def test_where_the_mail_is_opened_elsewhere_the_passkey_shows_whose_account_it_is(
    chromium: Chromium, make_app: Callable[..., Flask]
) -> None:
    app = make_app(variables={"MAIL_URL": "memory:", "REQUIRE_VERIFIED_EMAIL": "true"})
    with (
        serving(app) as url,
        new_profile(chromium, **PHONE) as laptop,
        new_profile(chromium, color_scheme="dark", **PHONE) as phone,
    ):
        page = laptop.new_page()
        device, key = with_authenticator(page)
        fill(page, url)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
        (passkey,) = device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]

        page = phone.new_page()
        synced, same = with_authenticator(page)
        synced.send("WebAuthn.addCredential", {"authenticatorId": same, "credential": passkey})
        page.goto(url + mailed(app, "/verify"))
        page.get_by_role("button", name="Confirm address").click()
        expect(page.get_by_role("heading", name="Is this account yours?")).to_be_visible()
        check_accessibility(page, "verify-by-signing-in", "dark")
        page.get_by_role("link", name="Sign in").click()
        # The browser offers it in the field, and this authenticator takes every offer.
        page.get_by_role("button", name="Confirm address").click()
        page.wait_for_url(f"{url}/account")
        expect(page.locator("#own-email")).to_have_text("eve@example.com")
        expect(page.locator("#passkey-list")).to_contain_text("Chrome on Linux")


@pytest.mark.needs("invitations")
def test_an_invited_person_takes_a_passkey_and_admins_read_what_they_have(
    chromium: Chromium, make_app: Callable[..., Flask]
) -> None:
    app = make_app(variables={"MAIL_URL": "memory:"})
    with app.app_context():
        accounts.register("ada@example.com", PASSWORD, "Ada", role="admin")
        from app.features.invitations import service  # noqa: PLC0415 (of a feature left out)

        service.invite("eve@example.com", "staff")
    with serving(app) as url, new_profile(chromium, **PHONE) as eve, new_profile(chromium, locale="de") as ada:
        page = eve.new_page()
        with_authenticator(page)
        page.goto(url + mailed(app, "/invitation"))
        expect(page.get_by_role("button", name="Sign up with a passkey")).to_be_enabled()
        check_accessibility(page, "invitation-passkey", "light")
        page.get_by_role("button", name="Sign up with a passkey").click()
        page.wait_for_url(f"{url}/account#recovery-codes")
        expect(page.locator("#own-email")).to_have_text("eve@example.com")

        page = ada.new_page()
        page.goto(f"{url}/sign-in?next=/admin")
        page.locator("#email").fill("ada@example.com")
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="eve@example.com").click()
        expect(page.locator("#person-factors")).to_have_text("Passkey")


QUIETLY = """
const create = navigator.credentials?.create.bind(navigator.credentials);
if (create) navigator.credentials.create = ({ publicKey }) => create({ publicKey });
"""
"""Chromium's authenticator for tests makes none by itself: no password manager has filled the form."""


@pytest.mark.needs("recovery_codes")
def test_after_a_password_one_is_made_quietly_and_one_that_went_elsewhere_is_forgotten(
    chromium: Chromium, make_app: Callable[..., Flask]
) -> None:
    app = make_app(variables={"MAIL_URL": "memory:"})
    with app.app_context():
        accounts.register("ada@example.com", PASSWORD, "Ada")
    with serving(app) as url, new_profile(chromium, **PHONE) as profile:
        profile.add_init_script(QUIETLY)
        page = profile.new_page()
        device, key = with_authenticator(page)
        by_password(page, url)
        page.wait_for_url(f"{url}/account")
        expect(page.locator("#passkey-list")).to_contain_text("Chrome on Linux")
        assert len(kept(device, key)) == 1

        with app.app_context():
            user = accounts.get("ada@example.com")
            from app.features.passkeys import service  # noqa: PLC0415 (of a feature left out)

            service.remove(user.id, service.list_of(user.id)[0].id)
        page.reload()
        expect(page.get_by_text("You have no passkeys.")).to_be_visible()
        expect(page.locator("#recovery-codes")).to_be_hidden()
        page.wait_for_load_state("networkidle")
        assert kept(device, key) == []

        add_by_hand(page)
        expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()


def kept(device: object, key: str) -> list[object]:
    answer = device.send("WebAuthn.getCredentials", {"authenticatorId": key})  # type: ignore[attr-defined]
    return list(answer["credentials"])


def add_by_hand(page: Page) -> None:
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Create passkey").click()
