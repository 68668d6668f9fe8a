"""An authenticator app and recovery codes, from the account page over the sign-in to "is it still you?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from app import accounts
from app.core import clock
from app.core.database import execute_write
from app.sessions import Session
from tests.browser.test_left_out import serving
from tests.browser.test_pages import check_accessibility
from tests.browser.test_sign_in_page import fill
from tests.client import PASSWORD, Person
from tests.features.totp.apps import Authenticator, enrolled

pytestmark = pytest.mark.needs("assurance", "recovery_codes", "totp")

EMAIL = "ada@example.com"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: nothing here asks the database anything that other tests do not."""
    return str(request.param)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app()
    with app.app_context():
        accounts.register(EMAIL, PASSWORD, "Ada")
    return app


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.wait_for_load_state("networkidle")
    fill(page, email=EMAIL, password=PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def forget_all(page: Page) -> None:
    """Away from the page first: one that finds its session gone leaves by itself."""
    page.goto("about:blank")
    page.context.clear_cookies()


def look_at(page: Page, name: str, colours: str) -> None:
    """With axe, and on the narrowest phone."""
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide"
    check_accessibility(page, name, colours)
    page.set_viewport_size({"width": 1280, "height": 900})


def set_up(page: Page) -> Authenticator:
    page.get_by_role("button", name="Set up an app").click()
    dialog = page.get_by_role("dialog", name="Set up your app")
    expect(dialog.get_by_role("img", name="QR code")).to_be_visible()
    expect(dialog.get_by_label("Code from your app")).to_be_focused()
    secret = dialog.locator(".totp-key").inner_text().replace(" ", "")
    look_at(page, "totp-setup", "dark")
    authenticator = Authenticator(secret)
    dialog.get_by_label("Code from your app").fill(authenticator.wrong())
    dialog.get_by_role("button", name="Turn it on").click()
    expect(dialog.locator("[data-problem=code]")).to_contain_text("This code is not right.")
    dialog.get_by_label("Code from your app").fill(authenticator.at(-30))
    dialog.get_by_role("button", name="Turn it on").click()
    return authenticator


def stored(page: Page) -> list[str]:
    dialog: Locator = page.get_by_role("dialog", name="Your recovery codes")
    expect(dialog.get_by_role("heading")).to_be_focused()
    codes = dialog.locator("li").all_inner_texts()
    assert len(codes) == 10
    look_at(page, "recovery-codes", "light")
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download").click()
    assert download.value.path().read_text().split() == codes
    dialog.get_by_role("button", name="I have stored them").click()
    expect(dialog).to_be_hidden()
    return codes


def show_a_code(page: Page, authenticator: Authenticator) -> None:
    page.wait_for_url(re.compile("/second-factor"))
    expect(page.get_by_label("Code from your app")).to_be_focused()
    look_at(page, "second-factor-totp", "light")
    page.get_by_label("Code from your app").fill(authenticator.wrong())
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("[data-problem=code]")).to_contain_text("This code is not right.")
    page.get_by_label("Code from your app").fill(authenticator.at())
    page.keyboard.press("Enter")


def make_stale(app: Flask) -> None:
    then = clock.now() - timedelta(hours=1)
    with app.app_context():
        execute_write(sa.update(Session).values(authenticated_at=then, assured_at=then))


def test_an_app_is_set_up_asked_for_replaced_by_a_code_and_removed(
    profile: BrowserContext, app: Flask, url: str
) -> None:
    page = profile.new_page()
    sign_in(page, url)
    page.wait_for_url(f"{url}/account")
    expect(page.locator("#recovery-codes")).to_be_hidden()
    authenticator = set_up(page)
    codes = stored(page)
    expect(page.locator("#totp-since")).to_have_text(re.compile(r"\d{4}"))
    expect(page.locator("#recovery-codes-left")).to_have_text("10 codes are left.")
    look_at(page, "account-two-factors", "dark")

    forget_all(page)
    sign_in(page, url)
    show_a_code(page, authenticator)
    page.wait_for_url(f"{url}/account")

    forget_all(page)
    sign_in(page, url)
    page.get_by_role("button", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(codes[0].lower())
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{url}/account")
    expect(page.locator("#recovery-codes-left")).to_have_text("9 codes are left.")

    make_stale(app)
    page.get_by_role("button", name="Remove the authenticator app").click()
    page.get_by_role("button", name="Remove it").click()
    asked = page.get_by_role("dialog", name="Is it still you?")
    expect(asked.get_by_label("Code from your app")).to_be_focused()
    look_at(page, "confirm-totp", "dark")
    asked.get_by_label("Code from your app").fill(authenticator.at(30))
    asked.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("You have not set up an app.")).to_be_visible()
    expect(page.locator("#recovery-codes")).to_be_hidden()


def test_an_admin_reads_all_that_people_have_and_the_keyboard_stays_where_it_was_taken_away(
    profile: BrowserContext, app: Flask, url: str, person: Callable[..., Person]
) -> None:
    enrolled(person("eve@example.com"))
    with app.app_context():
        accounts.set_role(accounts.get(EMAIL).id, "admin")
    page = profile.new_page()
    sign_in(page, url)
    page.wait_for_url(f"{url}/account")
    set_up(page)
    codes = stored(page)
    page.goto(f"{url}/admin?lang=de")
    expect(page.get_by_text(re.compile("Authenticator-App.*Wiederherstellungscodes"))).to_be_visible()
    look_at(page, "admin-all-factors-de", "light")
    page.goto(f"{url}/admin?lang=en")
    page.get_by_role("link", name="Manage eve@example.com").press("Enter")
    page.get_by_role("button", name="Take away second factors").press("Enter")
    page.get_by_role("button", name="Take them away").press("Enter")
    expect(page.get_by_role("heading", name="Second factors", exact=True)).to_be_focused()

    for _ in ("by a recovery code, which is for once", "and again"):
        forget_all(page)
        sign_in(page, url)
        page.wait_for_url(re.compile("/second-factor"))
        expect(page.get_by_label("Code from your app")).to_be_focused()
        page.get_by_role("button", name="Use a recovery code").click()
        page.get_by_label("Recovery code").fill(codes.pop())
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"{url}/account")
