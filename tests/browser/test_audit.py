"""What happened to an account, in sentences: for its owner on /account, and on /admin with who did it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from app import accounts
from tests.browser.conftest import new_profile, picture
from tests.browser.test_left_out import serving
from tests.browser.test_pages import check_accessibility
from tests.client import PASSWORD, browser_of

pytestmark = pytest.mark.needs("audit", "api_keys")

ADA, ROOT = "ada@example.com", "root@example.com"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: nothing here asks the database anything that other tests do not."""
    return str(request.param)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """Of Ada something is known: a wrong password, a key, and another role, by an admin."""
    app = make_app()
    with app.app_context():
        ada = accounts.register(ADA, PASSWORD)
        accounts.register(ROOT, PASSWORD, role="admin")
    browser = browser_of(app)
    browser.post("/auth/login", json={"email": ADA, "password": "wrong horse battery"})
    browser.sign_in(ADA)
    assert browser.post("/auth/keys", json={"name": "backup"}).status_code == 201
    admin = browser_of(app)
    admin.sign_in(ROOT)
    assert admin.patch(f"/api/users/{ada.id}", json={"role": "staff"}).status_code == 200
    return app


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


def come_in(page: Page, url: str, email: str, path: str) -> None:
    page.goto(f"{url}/sign-in?next={path}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}{path}")


def test_people_read_what_happened_to_their_account(chromium: Chromium, url: str) -> None:
    with new_profile(chromium, viewport={"width": 320, "height": 800}) as profile:
        page = profile.new_page()
        come_in(page, url, ADA, "/account")
        rows = page.get_by_role("list", name="Recent activity").get_by_role("listitem")
        expect(rows).to_have_count(6)
        expect(rows.nth(0)).to_contain_text("Signed in with the password.")
        expect(rows.nth(0)).to_contain_text("Chrome on Linux · 127.0.0.1")
        expect(rows.nth(1)).to_contain_text("The role was changed from user to staff.")
        expect(rows.nth(2)).to_contain_text("Added: API key.")
        expect(rows.nth(4)).to_contain_text("Somebody tried to sign in, and was refused.")
        expect(rows.nth(4).locator(".badge")).to_have_text("refused")
        expect(rows.nth(3).locator(".badge")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        check_accessibility(page, "account-activity", "light")
        picture(page.locator("#activity-section"), "activity-320")
        page.goto(f"{url}/account?lang=de")
        german = page.get_by_role("list", name="Letzte Aktivität").get_by_role("listitem")
        expect(german.nth(1)).to_contain_text("Die Rolle wurde von user zu staff geändert.")


def test_an_admin_reads_it_with_who_did_it_page_by_page(chromium: Chromium, app: Flask, url: str) -> None:
    for number in range(8):
        with app.app_context():
            accounts.rename(ADA, f"Ada {number}")
    with new_profile(chromium, color_scheme="dark") as profile:
        page = profile.new_page()
        come_in(page, url, ROOT, "/admin")
        page.get_by_role("link", name=f"Manage {ADA}", exact=True).click()
        part = page.get_by_role("region", name="Activity")
        rows = part.get_by_role("listitem")
        expect(rows).to_have_count(8)
        expect(rows.first).to_contain_text("by whoever runs this site")
        part.get_by_role("button", name="Show more").click()
        expect(rows).to_have_count(13)
        expect(part.get_by_text("The role was changed from user to staff.").locator("xpath=../..")).to_contain_text(
            ROOT
        )
        check_accessibility(page, "admin-activity", "dark")
        picture(part, "admin-activity-dark")
