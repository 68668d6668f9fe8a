"""docs/start.md, as somebody walks through it who has just heard of Flaskport."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.browsers import SHOTS, new_profile
from tests.client import PASSWORD
from tests.docs.conftest import does_not_fit
from tests.docs.following import Elsewhere
from tests.docs.reading import Reader, reading

ADA = "ada@example.com"


def test_a_stranger_comes_to_a_signed_in_page(chromium: Chromium, tmp_path: Path) -> None:
    with reading(tmp_path) as reader, new_profile(chromium) as profile:
        try:
            start(reader, profile.new_page())
        except Elsewhere as why:
            does_not_fit(str(why))


def start(reader: Reader, page: Page) -> None:
    reader.opens("start.md")
    reader.reads(1)
    page.goto(reader.at("http://localhost:8000"))
    page.get_by_role("link", name="Create an account").click()
    signs_up(page, ADA)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    confirms_the_address(reader, page)

    reader.reads(3)
    page.goto(reader.at("http://localhost:8000/account"))
    page.get_by_role("link", name="Users").click()
    expect(page.get_by_role("link", name=ADA)).to_be_visible()

    reader.reads(4)
    reader.reads(5)
    page.goto(reader.at("http://localhost:8000/hello"))
    expect(page.get_by_text(f"Hello, {ADA}.")).to_be_visible()
    expect(page.get_by_text(f"Your address is {ADA}, and your role is admin.")).to_be_visible()
    expect(page.get_by_text("The coffee is in the second drawer.")).to_be_visible()
    page.screenshot(path=SHOTS / "start.png")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    page.goto(reader.at("http://localhost:8000/hello"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(reader.at("http://localhost:8000/sign-up?next=/hello"))
    signs_up(page, "grace@example.com")
    expect(page.get_by_text("The staff would read more here.")).to_be_visible()


def signs_up(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()


def confirms_the_address(reader: Reader, page: Page) -> None:
    page.goto(reader.at("http://localhost:8000/dev/mail"))
    page.get_by_role("link", name="Confirm your e-mail address").click()
    page.get_by_role("link", name="/verify#token=").click()
    page.get_by_role("button", name="Confirm address").click()
    expect(page.locator("#is-verified")).to_have_text("Confirmed")
