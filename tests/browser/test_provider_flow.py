"""Signing in with a provider in a browser: by redirect, in a window of its own, cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site, with_client
from tests.browser.test_pages import make_stale
from tests.features.providers.real import real_provider

pytestmark = pytest.mark.needs("providers")


@pytest.fixture(scope="module")
def provider_site(start_site: Callable[..., Site]) -> Iterator[Site]:
    """A site with one real OpenID provider."""
    grace = {"sub": "grace", "email": "grace@example.com", "email_verified": True, "name": "Grace"}
    with real_provider(grace) as issuer:
        yield start_site(
            SOCIAL_OIDC_WORK_ISSUER=issuer,
            SOCIAL_OIDC_WORK_KEY="flaskport",
            SOCIAL_OIDC_WORK_SECRET="secret",
            SOCIAL_OIDC_WORK_TRUST_EMAIL="true",
        )


def agree(page: Page) -> None:
    """What a person does at the provider."""
    page.get_by_role("button", name="grace").click()


def test_by_redirect_people_come_back_signed_in(profile: BrowserContext, provider_site: Site) -> None:
    page = profile.new_page()
    page.goto(f"{provider_site.front_end}/empty.html")
    labels = with_client(page, provider_site.url, "return (await client.providers()).map(({ label }) => label)")
    assert labels == ["Work"]
    # Begun when the answer to this script is through: the page that it runs in is left.
    work = "setTimeout(() => client.signInWith('oidc-work', { next: '/empty.html?back' }), 50)"
    with page.expect_navigation(url="**/oauth2/authorize**"):
        with_client(page, provider_site.url, f"{work}; return null")

    agree(page)

    page.wait_for_url(f"{provider_site.front_end}/empty.html?back#")
    assert with_client(page, provider_site.url, "return (await client.session()).user.email") == "grace@example.com"


def test_a_page_with_a_long_address_is_come_back_to_by_its_path(profile: BrowserContext, provider_site: Site) -> None:
    page = profile.new_page()
    page.goto(f"{provider_site.front_end}/empty.html?filter={'x' * 3000}#here")
    with page.expect_navigation(url="**/oauth2/authorize**"):
        with_client(page, provider_site.url, "setTimeout(() => client.signInWith('oidc-work'), 50); return null")

    agree(page)

    page.wait_for_url(f"{provider_site.front_end}/empty.html#")
    assert with_client(page, provider_site.url, "return (await client.session()).user.email") == "grace@example.com"


@pytest.mark.needs("posts")
def test_a_window_of_its_own_closes_and_the_page_stays(profile: BrowserContext, provider_site: Site) -> None:
    page = profile.new_page()
    page.goto(provider_site.front_end)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in with Work").click()

    agree(opened.value)

    expect(page.locator("#who")).to_have_text("grace@example.com")
    if not opened.value.is_closed():
        opened.value.wait_for_event("close")


@pytest.mark.needs("posts")
def test_a_window_that_is_closed_signs_nobody_in(profile: BrowserContext, provider_site: Site) -> None:
    page = profile.new_page()
    page.goto(provider_site.front_end)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in with Work").click()
    opened.value.wait_for_load_state()

    opened.value.close()

    expect(page.get_by_role("alert")).to_have_text("Closed.")


def test_an_answer_is_nothing_to_a_browser_that_did_not_ask(profile: BrowserContext, provider_site: Site) -> None:
    page = profile.new_page()
    page.goto(f"{provider_site.url}/auth/oauth/oidc-work?next=/sign-in")
    profile.clear_cookies()  # what another browser has: no cookie of this attempt

    agree(page)

    page.wait_for_url("**error=sign_in_expired**")
    assert not any("token" in cookie["name"] for cookie in profile.cookies())


@pytest.mark.needs("api_keys")
def test_without_a_password_one_confirms_at_the_provider(profile: BrowserContext, provider_site: Site) -> None:
    page = profile.new_page()
    page.goto(f"{provider_site.url}/sign-in")
    page.get_by_role("link", name="Continue with Work").click()
    agree(page)
    page.wait_for_url(f"{provider_site.url}/account**")
    expect(page.locator("#connection-list")).to_contain_text("Work Connected")
    make_stale(provider_site, "grace@example.com")
    page.locator("#new-key").click()
    page.locator("dialog [name=name]").fill("Script")
    page.locator("dialog").get_by_role("button", name="Create key").click()

    ask = page.locator("dialog[open]").last
    expect(ask).to_contain_text("Sign in again with a connected account")
    with page.expect_navigation(url="**/oauth2/authorize**"):
        ask.get_by_role("button", name="Continue with Work").click()
