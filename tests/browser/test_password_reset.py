"""Somebody who has forgotten their password, from the sign-in page through the mail to the new one."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from app.core.mail import text_of
from tests.browser.conftest import Site, new_profile
from tests.browser.test_pages import check_accessibility, signed_in
from tests.mails import SECONDS, all_mails

pytestmark = pytest.mark.needs("password_reset")

NEW = "seven blue teapots"


def mailed_to(site: Site, email: str, pattern: str) -> str:
    """What stands in the mail for a new password. Others may be sent to the same person, of a sign-in for example."""
    deadline = time.monotonic() + SECONDS
    while True:
        mails = [mail for mail in all_mails(site.server.mails, email) if "new password" in mail["Subject"]]
        if mails:
            found = str(re.findall(pattern, text_of(mails[0]).replace("\r", ""), re.MULTILINE)[0])
            return found.replace("localhost:8000", site.url.removeprefix("http://"))
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ask(page: Page, site: Site, email: str) -> None:
    page.goto(f"{site.url}/sign-in?next=/account")
    page.get_by_role("link", name="Forgot your password?").click()
    page.wait_for_url(re.compile("/forgot-password"))  # until its script runs: without, the form sends itself
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send the mail").click()
    expect(page.get_by_text("Look into your mail.")).to_be_visible()


def choose(page: Page, password: str) -> None:
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_role("button", name="Set password").click()


def test_from_the_mail_to_the_new_password_and_the_ended_other_session(
    chromium: Chromium, site: Site, account: str
) -> None:
    with new_profile(chromium) as elsewhere, new_profile(chromium) as phone:
        other = elsewhere.new_page()
        signed_in(other, site, account)
        page = phone.new_page()
        page.set_viewport_size({"width": 390, "height": 844})
        ask(page, site, account)

        link = mailed_to(site, account, r"^http://\S+#token=\S+$")
        page.goto(link)
        expect(page.locator("#whose")).to_have_text(f"For {account}.")
        assert page.url == f"{site.url}/reset-password", "the secret is not in the address bar"
        choose(page, "short")
        expect(page.locator("[data-problem=password]")).to_have_text("Use at least 10 characters.")
        check_accessibility(page, "reset-password", "light")
        page.get_by_role("link", name="Deutsch").click()
        expect(page.get_by_text(f"Für {account}.")).to_be_visible()
        page.get_by_role("link", name="English").click()
        expect(page.locator("#whose")).to_have_text(f"For {account}.")
        assert page.url == f"{site.url}/reset-password?lang=en", "the link is kept, and not in the address bar"
        choose(page, NEW)
        expect(page.get_by_text("Your password is set.")).to_be_focused()

        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("E-mail").fill(account)
        page.get_by_label("Password", exact=True).fill(NEW)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(f"{site.url}/account")
        other.reload()
        other.wait_for_url(re.compile("/sign-in"))

        page.goto("about:blank")
        page.goto(link)
        expect(page.get_by_role("alert")).to_have_text(re.compile("^This link was used already"))
        expect(page.get_by_role("button", name="Set password")).to_be_hidden()


def test_the_code_is_typed_where_the_mail_was_asked_for(chromium: Chromium, site: Site, account: str) -> None:
    with new_profile(chromium, color_scheme="dark", viewport={"width": 390, "height": 844}) as profile:
        page = profile.new_page()
        ask(page, site, account)
        expect(page.get_by_label("Code from the mail")).to_be_focused()
        expect(page.get_by_role("heading")).to_have_text(["Choose a new password"])
        page.get_by_label("Code from the mail").fill("no")
        choose(page, NEW)
        expect(page.locator("[data-problem=code]")).to_contain_text("This code is wrong or too old.")
        check_accessibility(page, "forgot-password-sent", "dark")
        page.get_by_label("Code from the mail").fill(mailed_to(site, account, r"^\d{6}$"))
        choose(page, NEW)
        expect(page.get_by_text("Your password is set.")).to_be_visible()
        expect(page.locator("main").get_by_role("link")).to_have_text(["Sign in"])
        page.get_by_role("link", name="Sign in").click()
        page.wait_for_url(f"{site.url}/sign-in?next=%2Faccount")
