"""Signing in and up when something is in the way: http, a veto, no script, a session that has ended."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import LAN, Site, new_account, new_profile
from tests.browser.test_pages import signed_in
from tests.client import PASSWORD

KEPT_NO_COOKIE = "This browser kept no cookie, so nobody is signed in."
AS_JSON = {"Content-Type": "application/json"}


def fill(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)


def alert(page: Page) -> object:
    return expect(page.locator(".card [role=alert]"))


def test_production_over_http_says_why_nobody_is_signed_in(
    profile: BrowserContext, start_site: Callable[..., Site]
) -> None:
    site = start_site(APP_ENV="production", CORS_ORIGINS="https://app.example.com")
    page = profile.new_page()
    page.goto(f"http://{LAN}:{site.url.rpartition(':')[2]}/sign-in")
    over_http = f"{KEPT_NO_COOKIE} Over http it keeps none of this site, which must be opened by https."
    expect(page.locator("#sign-in-alert")).to_have_text(over_http)

    fill(page, new_account(site, "ada@example.com"))
    with page.expect_response("**/auth/login") as login:
        page.get_by_role("button", name="Sign in", exact=True).click()
    assert login.value.status == 200

    expect(page.locator("#sign-in-alert")).to_have_text(over_http)
    assert page.url.endswith("/sign-in")
    assert site.server.log.read_text().count("A browser reached production over plain http") >= 1


def test_a_browser_that_keeps_no_cookie_is_told_so(profile: BrowserContext, site: Site, account: str) -> None:
    def without_cookies(route: Route) -> None:
        answer = route.fetch()
        profile.clear_cookies()
        route.fulfill(status=answer.status, body=answer.body(), headers=AS_JSON)

    page = profile.new_page()
    page.goto(f"{site.url}/sign-in")
    page.route("**/auth/login", without_cookies)
    fill(page, account)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.locator("#sign-in-alert")).to_have_text(
        f"{KEPT_NO_COOKIE} Allow cookies for this site in its settings, and try again."
    )


def test_a_veto_after_signing_up_is_said_and_only_the_sign_in_is_tried_again(
    profile: BrowserContext, site: Site, account: str
) -> None:
    email = f"new-{account}"
    page = profile.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.goto(f"{site.url}/sign-up")
    veto = '{"code": "not_yet", "message": "Wait for a mail of ours."}'
    page.route("**/auth/login", lambda route: route.fulfill(status=403, body=veto, headers=AS_JSON))
    fill(page, email)
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#sign-up-alert")).to_have_text(
        "Your account is made, but signing in did not work. Wait for a mail of ours."
    )

    page.unroute("**/auth/login")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site.url}/account")

    called = [url.rpartition("/")[2] for url in asked]
    assert [name for name in called if name != "password-strength"] == ["register", "login", "login"]  # the meter's


def test_signing_up_tells_all_that_is_wrong_at_once(profile: BrowserContext, site: Site) -> None:
    page = profile.new_page()
    page.goto(f"{site.url}/sign-up")
    fill(page, "ada", "short")
    page.get_by_role("button", name="Create account").click()

    expect(page.locator("#email-problem")).to_have_text("Not a valid e-mail address.")
    expect(page.locator("#password-problem")).to_have_text("Use at least 10 characters.")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.get_by_label("Password", exact=True).fill("")
    page.get_by_label("E-mail").fill("ada@example")
    page.keyboard.press("Enter")
    expect(page.locator("#password-problem")).to_have_text("Choose a password.")
    expect(page.locator("#email-problem")).to_have_text("Not a valid e-mail address.")


@pytest.mark.needs("api_keys")
@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
def test_who_is_signed_in_is_told_so(profile: BrowserContext, site: Site, account: str, path: str) -> None:
    page, other = profile.new_page(), profile.new_page()
    page.goto(f"{site.url}{path}?next=/account%23keys")
    expect(page.get_by_label("E-mail")).to_be_visible()
    signed_in(other, site, account)  # in another tab: this one learns it

    expect(page.locator("#already-who")).to_have_text(account)
    expect(page.get_by_label("E-mail")).to_be_hidden()
    page.get_by_role("link", name="Continue").click()
    expect(page.locator("#keys-title")).to_be_focused()


def test_caps_lock_is_said(profile: BrowserContext, site: Site) -> None:
    page = profile.new_page()
    page.goto(f"{site.url}/sign-in")
    expect(page.get_by_role("button", name="Show password")).to_be_visible()
    password = page.get_by_label("Password", exact=True)

    password.dispatch_event("keydown", {"key": "A", "modifierCapsLock": True})
    expect(page.locator(".caps")).to_have_text("Caps Lock is on.")
    password.dispatch_event("keydown", {"key": "a"})
    expect(page.locator(".caps")).to_be_hidden()


def waiting(seconds: str) -> re.Pattern[str]:
    return re.compile(rf"^Too many attempts\. You can try again in ({seconds}) seconds\.$")


@pytest.mark.needs("throttle")
def test_who_has_tried_too_often_sees_how_long_to_wait_and_types_nothing_again(
    profile: BrowserContext, site: Site
) -> None:
    refusal = '{"code": "too_many_attempts", "message": "Too many attempts.", "request_id": "1"}'
    page = profile.new_page()
    page.clock.install()
    page.route(
        "**/auth/login",
        lambda route: route.fulfill(status=429, body=refusal, headers=AS_JSON | {"Retry-After": "90"}),
    )
    page.goto(f"{site.url}/sign-in")
    fill(page, "ada@example.com", "not my password")
    button = page.get_by_role("button", name="Sign in", exact=True)
    button.click()

    shown, told = page.locator("#sign-in-alert [aria-hidden]"), page.locator("#sign-in-alert .visually-hidden")
    expect(shown).to_have_text(waiting(r"90|8\d"))  # seconds pass there while this looks
    page.clock.run_for(60_000)
    expect(shown).to_have_text(waiting(r"30|2\d"))
    expect(told).to_have_text("Too many attempts. You can try again in 90 seconds.")  # is read out once
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_label("Password", exact=True)).to_have_value("not my password")
    page.clock.run_for(31_000)
    alert(page).to_have_text("")  # type: ignore[attr-defined]
    expect(page.locator("#announcer")).to_have_text("You can try again now.")
    button.click()
    expect(shown).to_have_text(waiting(r"90|8\d"))
    page.get_by_label("E-mail").fill("eve@example.com")  # who may be free to try
    alert(page).to_have_text("")  # type: ignore[attr-defined]
    page.unroute("**/auth/login")
    with page.expect_response("**/auth/login") as again:
        button.click()
    assert again.value.status == 401


def test_without_a_script_people_sign_up_and_in(chromium: Chromium, site: Site, account: str) -> None:
    with new_profile(chromium, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.url}/sign-up?next=/account%3Fa")
        fill(page, f"plain-{account}")
        page.get_by_role("button", name="Create account").click()
        page.wait_for_url(f"{site.url}/account?a")
        expect(page.get_by_text("This page needs JavaScript, which did not come")).to_be_visible()

        page.goto(f"{site.url}/sign-in")
        fill(page, account, "not my password")
        page.get_by_role("button", name="Sign in", exact=True).click()
        alert(page).to_have_text("The e-mail address or the password is not right.")  # type: ignore[attr-defined]
        expect(page.get_by_label("E-mail")).to_have_value(account)
        assert page.url == f"{site.url}/sign-in"


def test_a_page_whose_script_did_not_come_says_so_with_a_way_on(
    profile: BrowserContext, site: Site, account: str
) -> None:
    page = profile.new_page()
    page.route("**/static/flaskport.js", lambda route: route.abort())
    page.goto(f"{site.url}/account")
    expect(page.get_by_text("This page needs JavaScript, which did not come")).to_be_visible()
    page.get_by_role("link", name="to the start").click()
    page.get_by_role("link", name="Sign in").click()
    fill(page, account)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site.url}/account")


def test_what_was_done_is_not_said_any_more_when_the_next_attempt_fails(
    profile: BrowserContext, site: Site, account: str
) -> None:
    page = profile.new_page()
    signed_in(page, site, account)
    for current, said in ((PASSWORD, "Your password is changed."), ("not it", "")):
        page.get_by_label("Current password").fill(current)
        page.get_by_label("New password").fill("another long password")
        page.get_by_role("button", name="Change password").click()
        expect(page.locator("#notice")).to_have_text(re.compile(f"^{re.escape(said)}"))
    expect(page.locator("#current-password-problem")).to_have_text("This is not your password.")
    expect(page.locator("#notice")).to_be_empty()
