"""Codes by mail in Chromium: on an unknown device, as a second factor, and for "is it still you?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from app import accounts
from app.accounts import User
from app.core import clock, mail
from app.core.database import execute_write
from app.sessions import Session
from tests.browser.test_left_out import serving
from tests.browser.test_two_factors import look_at, make_stale, sign_in
from tests.client import PASSWORD
from tests.words import without_notices

pytestmark = pytest.mark.needs("assurance", "email_code", "unknown_device", "recovery_codes")

EMAIL = "ada@example.com"
ON = {"EMAIL_CODE": "true", "UNKNOWN_DEVICE_CODE": "true"}


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: nothing here asks the database anything that other tests do not."""
    return str(request.param)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """Ada has had an account for long."""
    app = make_app(variables=ON)
    with app.app_context():
        accounts.register(EMAIL, PASSWORD, "Ada")
        execute_write(sa.update(User).values(created_at=clock.now() - timedelta(days=30)))
    mail.memory(app).clear()
    return app


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


def type_code(page: Page, app: Flask, button: str) -> None:
    """The code of the newest mail, after a wrong one."""
    expect(page.get_by_text("We have mailed you a code.")).to_be_visible()
    field = page.get_by_label("Code from the mail")
    expect(field).to_be_focused()
    with app.app_context():
        mail.deliver_due()
    right = re.findall(r"^\d{6}$", mail.text_of(without_notices(mail.memory(app))[-1]), re.MULTILINE)[0]
    field.fill(f"{(int(right) + 1) % 1_000_000:06}")
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("[data-problem=code]:visible")).to_contain_text("Only the one of the newest mail works.")
    field.fill(right)
    page.keyboard.press("Enter")


def test_an_unknown_device_and_a_second_factor_are_shown_by_mailed_codes(
    profile: BrowserContext, app: Flask, url: str
) -> None:
    page = profile.new_page()
    sign_in(page, url)
    page.wait_for_url(re.compile("/unknown-device"))
    look_at(page, "unknown-device", "light")
    type_code(page, app, "Continue")
    page.wait_for_url(f"{url}/account")

    page.get_by_role("button", name="Turn on codes by e-mail").click()
    expect(page.get_by_role("dialog", name="Turn on codes by e-mail")).to_be_visible()
    look_at(page, "email-code-setup", "dark")
    type_code(page, app, "Turn it on")
    page.get_by_role("button", name="I have stored them").click()
    look_at(page, "account-email-code", "light")

    profile.clear_cookies()
    with app.app_context():
        execute_write(sa.update(Session).values(address="192.0.2.7"))
    sign_in(page, url)
    page.wait_for_url(re.compile("/second-factor"))
    look_at(page, "second-factor-email-code", "dark")
    type_code(page, app, "Continue")
    page.wait_for_url(f"{url}/account")

    make_stale(app)
    page.get_by_role("button", name="Turn off codes by e-mail").click()
    page.get_by_role("button", name="Turn them off").click()
    page.get_by_role("dialog", name="Is it still you?").get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    look_at(page, "confirm-email-code", "light")
    type_code(page, app, "Continue")
    expect(page.get_by_text("No codes are mailed to you.")).to_be_visible()
