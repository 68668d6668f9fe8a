"""From the page to sign in over the mail to the account: in the browser that asked, in another one, and by the code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from app import accounts, sessions
from app.core import clock
from app.core.database import execute_write
from app.sessions import Session
from tests.browser.conftest import new_profile, picture
from tests.browser.test_left_out import serving
from tests.browser.test_pages import check_accessibility
from tests.features.magic_link.conftest import EMAIL, Mailed, Post

pytestmark = pytest.mark.needs("magic_link")

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: nothing here asks the database anything that other tests do not."""
    return str(request.param)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app()
    with app.app_context():
        accounts.register(EMAIL, None, "Ada")
        accounts.mark_verified(EMAIL)
    return app


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


def asked(page: Page, app: Flask, url: str, next: str = "") -> Mailed:
    page.goto(f"{url}/sign-in{next}")
    page.wait_for_load_state("networkidle")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Keep me signed in").check()
    page.get_by_role("button", name="E-mail me a link instead").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_focused()
    expect(page.get_by_label("Password")).to_be_hidden()
    return Post(app).only()


def opened(context: BrowserContext, mailed: Mailed, url: str) -> Page:
    page = context.new_page()
    page.goto(mailed.link.replace("http://localhost:8000", url))
    return page


def test_the_link_signs_in_at_once_where_it_was_asked_for(profile: BrowserContext, app: Flask, url: str) -> None:
    first = profile.new_page()
    first.goto(f"{url}/sign-in")
    first.wait_for_load_state("networkidle")
    first.get_by_role("button", name="E-mail me a link instead").click()
    expect(first.locator("[data-problem=email]")).to_have_text("Enter your e-mail address.")
    mailed = asked(first, app, url, "?next=/account%23devices")
    check_accessibility(first, "magic-link-asked", "light")

    page = opened(profile, mailed, url)

    page.wait_for_url(f"{url}/account#devices")
    expect(page.locator("#own-email")).to_have_text(EMAIL)
    expect(first.get_by_text("You are signed in as")).to_be_visible()
    again = opened(profile, mailed, url)
    expect(again.get_by_role("alert")).to_contain_text("This link was used already")
    assert "#" not in again.url


def test_in_another_browser_the_person_sees_who_asked_and_decides(
    chromium: Chromium, profile: BrowserContext, app: Flask, url: str
) -> None:
    mailed = asked(profile.new_page(), app, url)
    with new_profile(chromium, user_agent=PHONE, color_scheme="dark", viewport={"width": 390, "height": 844}) as phone:
        page = opened(phone, mailed, url)
        expect(page.get_by_role("heading", name="Sign in here?")).to_be_focused()
        told = page.locator("#elsewhere").inner_text()
        assert "Chrome on Linux" in told
        assert "from the network address 127.0.0.1, just now" in told
        assert EMAIL in told
        check_accessibility(page, "magic-link-elsewhere", "dark")
        page.get_by_role("button", name="No, do not sign me in").click()
        expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()

        page = opened(phone, mailed, url)
        page.get_by_role("button", name="Yes, sign me in here").click()
        page.wait_for_url(f"{url}/account")
        expect(page.locator("#own-email")).to_have_text(EMAIL)


def test_the_code_signs_in_and_another_one_confirms_that_it_is_still_them(
    profile: BrowserContext, app: Flask, url: str
) -> None:
    page = profile.new_page()
    mailed = asked(page, app, url)
    page.get_by_label("Code from the mail").fill(f"{mailed.code[:3]} {mailed.code[3:]}")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/account")
    with app.app_context():
        execute_write(sa.update(Session).values(authenticated_at=clock.now() - dt.timedelta(hours=1)))

    page.get_by_label("New password").fill("battery staple, correct")
    page.get_by_role("button", name="Set password").click()

    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    picture(page, "magic-link-confirm")
    page.get_by_label("Code from the mail").fill(Post(app).only().code)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Your password is set.")).to_be_visible()


def test_without_passwords_signing_up_and_in_are_one_and_a_session_that_ends_leads_to_the_page(
    profile: BrowserContext, make_app: Callable[..., Flask]
) -> None:
    app = make_app(variables={"MAGIC_LINK": "only"})
    with serving(app) as url:
        page = profile.new_page()
        page.goto(f"{url}/sign-up")
        page.wait_for_load_state("networkidle")
        picture(page, "magic-link-only")
        page.get_by_label("E-mail").fill("new@example.com")
        page.get_by_label("Keep me signed in").check()
        page.get_by_role("button", name="E-mail me a link").click()
        expect(page.get_by_role("heading", name="Look into your mail")).to_be_focused()

        page = opened(profile, Post(app).only(), url)
        page.wait_for_url(f"{url}/account")
        expect(page.locator("#own-email")).to_have_text("new@example.com")
        expect(page.get_by_label("New password")).to_have_count(0)
        check_accessibility(page, "magic-link-only-account", "light")
        with app.app_context():
            sessions.revoke_all(accounts.get("new@example.com").id, "test")
        page.locator("#profile-form [name=name]").fill("Ada")
        page.locator("#profile-form button[type=submit]").click()
        page.wait_for_url(f"{url}/sign-in?*error=session_ended*")
