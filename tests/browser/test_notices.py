"""From a sign-in that was not the owner's, over the mail about it, to an account that is theirs alone again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from app import accounts
from app.accounts import User
from app.core import clock, mail
from app.core.database import execute_write
from tests.browser.conftest import new_profile, picture
from tests.browser.test_left_out import serving
from tests.browser.test_pages import check_accessibility
from tests.client import PASSWORD
from tests.features.notices.words import ADA

pytestmark = pytest.mark.needs("notices", "password_reset", "api_keys")

NEW = "seven blue teapots"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: nothing here asks the database anything that other tests do not."""
    return str(request.param)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app()
    with app.app_context():
        accounts.register(ADA, PASSWORD)
        execute_write(sa.update(User).values(created_at=clock.now() - dt.timedelta(days=30)))
    return app


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


def come_in(page: Page, url: str, password: str = PASSWORD) -> None:
    page.goto(f"{url}/sign-in?next=/account")
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/account")


def mailed(app: Flask) -> list[str]:
    """The texts of what was mailed since it was looked at last."""
    with app.app_context():
        mail.deliver_due()
    kept = mail.memory(app)
    texts = [mail.text_of(message) for message in kept]
    kept.clear()
    return texts


def test_a_stranger_in_the_account_is_out_and_the_owner_has_a_new_password(
    chromium: Chromium, app: Flask, url: str
) -> None:
    with new_profile(chromium) as strangers, new_profile(chromium, color_scheme="dark") as owners:
        stranger = strangers.new_page()
        come_in(stranger, url)
        expect(stranger.locator("#own-email")).to_have_text(ADA)
        (told,) = mailed(app)
        assert "Device: Chrome on Linux" in told

        page = owners.new_page()
        page.set_viewport_size({"width": 390, "height": 844})
        link = re.findall(r"http://localhost:8000(/not-me#token=\S+)", told)[0]
        page.goto(url + link)
        button = page.get_by_role("button", name="This wasn't me")
        expect(button).to_be_enabled()
        assert page.url == f"{url}/not-me", "the secret is not in the address bar"
        check_accessibility(page, "not-me", "dark")
        stranger.reload()
        expect(stranger.locator("#own-email")).to_have_text(ADA)

        button.click()
        page.wait_for_url(f"{url}/reset-password")
        expect(page.locator("#whose")).to_have_text(f"For {ADA}.")
        stranger.reload()
        stranger.wait_for_url(re.compile("/sign-in"))
        page.get_by_label("New password", exact=True).fill(NEW)
        page.get_by_role("button", name="Set password").click()
        expect(page.get_by_text("Your password is set.")).to_be_visible()
        come_in(page, url, NEW)

        page.goto("about:blank")
        page.goto(url + link)
        page.get_by_role("button", name="This wasn't me").click()
        expect(page.get_by_role("alert")).to_have_text(re.compile("^This link was used already"))
        page.get_by_role("link", name="Sign in", exact=True).click()
        page.wait_for_url(f"{url}/sign-in")


def test_what_is_not_about_safety_is_switched_off_on_the_page_and_by_the_link_of_the_mail(
    chromium: Chromium, app: Flask, url: str
) -> None:
    with new_profile(chromium, viewport={"width": 390, "height": 844}) as profile:
        page = profile.new_page()
        come_in(page, url)
        box = page.get_by_label("Reminders that an API key expires in a week")
        expect(box).to_be_checked()
        box.uncheck()
        expect(page.locator("#notice")).to_have_text("We mail you none of these any more.")
        picture(page.locator("#notices"), "notices-section-390")
        page.reload()
        expect(box).not_to_be_checked()
        box.check()
        expect(page.locator("#notice")).to_have_text("We mail you these again.")

        with app.app_context():
            from app.features.notices import wishes  # noqa: PLC0415 (with the feature left out, it may not be imported)

            user = accounts.get(ADA)
            address = wishes.address_to_end(user.id, "api_key_expires").replace("http://localhost:8000", url)
        page.goto(address)
        check_accessibility(page, "unsubscribe", "light")
        page.get_by_role("button", name="Send me none of these").click()
        expect(page.get_by_role("heading", name="Done")).to_be_visible()
        page.get_by_role("link", name="Go to your account").click()
        expect(box).not_to_be_checked()
