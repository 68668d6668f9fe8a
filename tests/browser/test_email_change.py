"""A change of address: from the account page through the new mailbox, and back from the old one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from app import accounts
from app.core import clock
from app.core.database import transaction
from app.extensions import db
from app.sessions import Session
from tests.browser.conftest import new_profile
from tests.browser.test_left_out import serving
from tests.browser.test_pages import check_accessibility
from tests.browser.test_sign_in_page import fill
from tests.client import PASSWORD
from tests.features.email_change.mailbox import Mailbox, verified

pytestmark = pytest.mark.needs("email_change", "password_reset")

OLD, NEW, HERS = "ada@example.com", "ada@example.org", "a password of my own"
PHONE = {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: nothing here asks the database anything that other tests do not."""
    return str(request.param)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app()
    with app.app_context():
        accounts.register(OLD, PASSWORD)
    verified(app, OLD)
    return app


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


def sign_in(page: Page, url: str, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{url}/sign-in")
    fill(page, email, password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/account")


def made_stale(app: Flask) -> None:
    with app.app_context(), transaction():
        db.session.execute(sa.update(Session).values(authenticated_at=clock.now() - dt.timedelta(hours=1)))


def asked(page: Page, email: str) -> None:
    page.get_by_label("New address").fill(email)
    page.get_by_role("button", name="Change address").click()


def test_a_thief_changes_the_address_and_the_owner_takes_the_account_back(
    chromium: Chromium, profile: BrowserContext, app: Flask, url: str
) -> None:
    thief, mailbox = profile.new_page(), Mailbox(app)
    sign_in(thief, url, OLD)
    made_stale(app)
    asked(thief, NEW)
    expect(thief.get_by_role("dialog")).to_be_visible()  # is it still you?
    thief.get_by_role("dialog").get_by_label("Password").fill(PASSWORD)
    thief.get_by_role("dialog").locator("button[type=submit]").click()
    expect(thief.locator("#address-wanted")).to_have_text(NEW)
    check_accessibility(thief, "account-address-waits", "light")
    thief.get_by_label("Code", exact=True).fill("12")
    thief.get_by_role("button", name="Confirm", exact=True).click()
    expect(thief.locator("#address-code [data-problem=code]")).to_contain_text("This code is wrong or too old.")

    with new_profile(chromium, **PHONE) as phone:
        confirmed_on(phone, mailbox.token(NEW), url)
    thief.reload()
    expect(thief.locator("#own-email")).to_have_text(NEW)
    expect(thief.locator("#address-waits")).to_be_hidden()

    with new_profile(chromium, **PHONE) as owners:
        taken_back_in(owners, mailbox.token(OLD), url)
    thief.reload()
    thief.wait_for_url(re.compile("/sign-in"))


def confirmed_on(phone: BrowserContext, token: str, url: str) -> None:
    """Where nobody is signed in: in another tab they are, and this one goes on by itself."""
    page = phone.new_page()
    page.goto(f"{url}/change-email#token={token}")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert page.url == f"{url}/change-email", "the secret is not in the address bar"
    check_accessibility(page, "change-email-signed-out", "dark")
    with phone.expect_page() as opened:
        page.get_by_role("link", name="Sign in").click()
    tab = opened.value
    fill(tab, OLD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.wait_for_url(f"{url}/account")
    button = page.get_by_role("button", name="Use the new address")
    expect(button).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    check_accessibility(page, "change-email", "dark")
    button.click()
    expect(page.get_by_role("heading", name="Your address is changed.")).to_be_focused()


def taken_back_in(owners: BrowserContext, token: str, url: str) -> None:
    page = owners.new_page()
    page.goto(f"{url}/undo-email-change#token={token}")
    expect(page.get_by_role("button", name="Take it back")).to_be_enabled()
    check_accessibility(page, "undo-email-change", "dark")
    page.get_by_role("button", name="Take it back").click()
    page.wait_for_url(f"{url}/reset-password")
    page.get_by_role("textbox", name="New password").fill(HERS)
    page.locator("form button[type=submit]").click()
    expect(page.get_by_text("Your password is set.")).to_be_visible()
    sign_in(page, url, OLD, HERS)
    expect(page.locator("#own-email")).to_have_text(OLD)
    page.goto(f"{url}/undo-email-change#token={token}")
    assert token not in page.url
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("alert")).to_contain_text("This link was used already")


def test_the_code_changes_what_every_section_says(profile: BrowserContext, app: Flask, url: str) -> None:
    page = profile.new_page()
    sign_in(page, url, OLD)
    asked(page, "nonsense")
    expect(page.locator("#address-form [data-problem=email]")).to_have_text("Not a valid e-mail address.")
    asked(page, "first@example.org")
    page.get_by_role("button", name="Keep the old address").click()
    expect(page.get_by_text("Your address stays.")).to_be_visible()
    asked(page, NEW)
    expect(page.locator("#address-waits h3")).to_be_focused()
    page.get_by_label("Code", exact=True).fill(Mailbox(app).code(NEW))
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_text("Your address is changed.")).to_be_visible()
    expect(page.locator("#own-email")).to_have_text(NEW)
    expect(page.locator("#who .email")).to_have_text(NEW)
    expect(page.locator("#address-title")).to_be_focused()


def test_a_link_that_is_over_or_not_whole_says_so(profile: BrowserContext, app: Flask, url: str) -> None:
    page = profile.new_page()
    sign_in(page, url, OLD)
    page.goto(f"{url}/change-email#token=nonsense")
    expect(page.get_by_text("Nothing waits to be confirmed")).to_be_visible()
    check_accessibility(page, "change-email-nothing", "light")
    page.goto(f"{url}/change-email")
    expect(page.get_by_text("This link is not whole.")).to_be_visible()
    page.goto(f"{url}/undo-email-change")
    expect(page.get_by_role("alert")).to_contain_text("This link is not whole.")
    expect(page.get_by_role("button")).to_be_hidden()
    page.goto("about:blank")
    page.goto(f"{url}/undo-email-change#token=nonsense")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("alert")).to_contain_text("This link was used already")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    del app
