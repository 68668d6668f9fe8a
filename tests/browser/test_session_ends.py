"""A session that ends while somebody is at work: nothing that they typed is lost, and they come back to the place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Site, new_account
from tests.browser.test_pages import run_sql, signed_in
from tests.browser.test_sign_in_page import fill
from tests.browser.test_tabs import expire_access_token
from tests.client import PASSWORD


def end_sessions(site: Site, email: str) -> None:
    run_sql(site, f"DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = '{email}')")  # noqa: S608


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    profile: BrowserContext, site: Site, account: str
) -> None:
    page = profile.new_page()
    signed_in(page, site, account)
    name = page.get_by_label("Name", exact=False).first
    name.fill("Ada Lovelace")
    end_sessions(site, account)
    page.get_by_role("button", name="Save").click()

    ask = page.get_by_role("dialog", name="Is it still you?")
    expect(ask).to_contain_text("Your session has ended")
    expect(page.locator("#own-email")).to_be_hidden()
    ask.get_by_label("Password", exact=True).fill("not my password")
    page.keyboard.press("Enter")
    expect(ask.get_by_role("alert")).to_have_text("The e-mail address or the password is not right.")
    ask.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("#notice")).to_have_text("Your name is saved.")
    expect(page.locator("#own-email")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Name", exact=False).first).to_have_value("Ada Lovelace")


@pytest.mark.needs("api_keys")
def test_what_was_typed_outlives_a_session_whose_end_another_tab_finds_out(
    profile: BrowserContext, site: Site, account: str
) -> None:
    first, second = profile.new_page(), profile.new_page()
    signed_in(first, site, account)
    second.goto(f"{site.url}/account")
    first.locator("#new-key").click()
    first.get_by_role("dialog").get_by_label("Name").fill("Nightly")
    expect(second.locator("#own-email")).to_have_text(account)
    end_sessions(site, account)
    second.get_by_role("button", name="Save").click()

    for page in (first, second):
        expect(page.get_by_role("dialog", name="Is it still you?")).to_be_visible()
    expect(first.locator("dialog #key-name")).to_be_hidden()
    second.locator("#again-password").fill(PASSWORD)
    second.keyboard.press("Enter")
    expect(second.locator("#notice")).to_have_text("Your name is saved.")

    expect(first.get_by_role("dialog", name="Is it still you?")).to_have_count(0)
    expect(first.get_by_role("dialog").get_by_label("Name")).to_have_value("Nightly")


def test_whose_session_has_ended_elsewhere_is_told_so_when_they_come(
    profile: BrowserContext, site: Site, account: str
) -> None:
    page = profile.new_page()
    signed_in(page, site, account)
    expect(page.locator("#own-email")).to_have_text(account)  # or this page, half loaded, would lead away itself
    end_sessions(site, account)

    page.goto(f"{site.url}/account?x=1#devices")

    expect(page.get_by_role("alert")).to_have_text("You were signed out. Sign in to go on where you were.")
    fill(page, account)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/account?x=1#devices")


def test_what_was_typed_does_not_outlive_a_sign_out(profile: BrowserContext, site: Site, account: str) -> None:
    first, second = profile.new_page(), profile.new_page()
    signed_in(first, site, account)
    second.goto(f"{site.url}/account")
    first.get_by_label("Name", exact=False).first.fill("Ada Lovelace")
    second.locator("#sign-out").click()

    first.wait_for_url(f"{site.url}/sign-in?error=session_ended&**")
    assert account not in first.content()


@pytest.mark.parametrize("expired", [False, True])
def test_what_was_typed_for_one_person_is_not_saved_for_another(
    profile: BrowserContext, site: Site, account: str, expired: bool
) -> None:
    """Whoever signs in past the client, as by a form without scripts, tells no tab. The same person goes on."""
    other = new_account(site, f"other-{account}")
    page = profile.new_page()
    signed_in(page, site, account)
    for status, saved in ((403, "Ada"), (200, "Countess")):
        name = page.get_by_label("Name", exact=False).first
        name.fill("Countess")
        profile.request.post(f"{site.url}/auth/login", data={"email": other, "password": PASSWORD})
        if expired:
            expire_access_token(profile, site)
        with page.expect_response(lambda answer: answer.request.method == "PATCH") as answer:
            page.get_by_role("button", name="Save").click()
        assert answer.value.status == status
        expect(page.locator("#own-email")).to_have_text(other)
        expect(name).to_have_value(saved)
        profiled = profile.request.get(f"{site.url}/api/profile").json()
        assert (profiled["email"], profiled["name"]) == (other, saved)


def test_who_signs_in_another_way_comes_back_to_the_very_place(
    profile: BrowserContext, site: Site, account: str
) -> None:
    page = profile.new_page()
    signed_in(page, site, account)
    page.goto(f"{site.url}/account?from=mail#devices")
    expect(page.locator("#devices-title")).to_be_focused()
    end_sessions(site, account)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Sign in another way").click()

    page.wait_for_url(re.compile(r"/sign-in\?error=session_ended&next=%2Faccount%3Ffrom%3Dmail%23devices$"))
    expect(page.locator("#sign-in-alert")).to_have_text("You were signed out. Sign in to go on where you were.")
    assert account not in page.content()
    fill(page, account)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/account?from=mail#devices")
    expect(page.locator("#devices-title")).to_be_focused()
    expect(page.locator("#devices-title")).to_be_in_viewport()
