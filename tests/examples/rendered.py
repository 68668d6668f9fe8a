"""What matters where pages are rendered on a server as whoever is signed in: examples/next."""

from __future__ import annotations

import requests
from playwright.sync_api import Page, Request, expect

from tests.browser.test_tabs import expire_access_token
from tests.browsers import new_profile
from tests.client import PASSWORD
from tests.examples import front_ends
from tests.examples.conftest import Running
from tests.examples.scenario import fill_in, is_refresh, is_signed_in, is_signed_out, make_admin, press
from tests.server import SECONDS, free_port

TO_PEOPLE = "People, rendered on the server"
EVIL = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Origin": "http://evil.example"}


def on_the_server(running: Running, email: str) -> None:
    page = running.open()
    press(page, "Sign out")
    fill_in(page, email, name="Bea")
    press(page, "Sign up")
    is_signed_in(page, email)
    page_of_one(running, email)
    before_its_script(running)
    token_that_has_expired(running, page, email)
    page_of_admins(running, page, email)
    signed_out_and_back(page, email)
    session_that_has_ended(running, page, email)
    host_that_is_not_ours(running)
    pages_that_mails_lead_to(running)
    in_development(running, email)


def served(running: Running, path: str = "/") -> str:
    """The page as the server sends it, before any script has run."""
    answer = running.profile.request.get(running.url + path)
    assert answer.headers["cache-control"].startswith("private, no-cache, no-store")
    return answer.text()


def page_of_one(running: Running, email: str) -> None:
    assert email in served(running)
    answer = requests.get(running.url, timeout=SECONDS)
    assert email not in answer.text
    assert "E-mail" in answer.text


def before_its_script(running: Running) -> None:
    """Nothing can be pressed that nobody hears; and a password never goes into an address."""
    chromium = running.profile.browser
    assert chromium is not None
    with new_profile(chromium, java_script_enabled=False) as profile:
        page = profile.new_page()
        page.goto(running.url)
        expect(page.get_by_role("button", name="Sign in")).to_be_disabled()
        expect(page.get_by_role("button", name="Sign up")).to_be_disabled()
        assert page.locator("form").get_attribute("method") == "post"


def token_that_has_expired(running: Running, page: Page, email: str) -> None:
    """The server renders for nobody, the browser refreshes: at first sight, and on the way to another page."""
    asked: list[Request] = []
    running.profile.on(
        "request", lambda each: asked.append(each) if is_refresh(each) or "/people" in each.url else None
    )
    expire_access_token(running.profile, running.site)
    assert email not in served(running)
    page.reload()
    is_signed_in(page, email)
    expire_access_token(running.profile, running.site)
    assert [each.url for each in asked if not is_refresh(each)] == []  # nothing is fetched ahead
    page.get_by_role("link", name=TO_PEOPLE).click()
    expect(page.get_by_text("This is not for your role.", exact=True)).to_be_visible()
    assert len([each for each in asked if is_refresh(each)]) == 2


def page_of_admins(running: Running, page: Page, email: str) -> None:
    """Decided on the server: nobody else is sent anything of it."""
    other = f"ada-{running.name}@example.com"
    assert other not in served(running, "/people")
    make_admin(running.site, email)
    page.reload()
    expect(page.get_by_role("listitem").filter(has_text=other)).to_be_visible()
    assert other in served(running, "/people")


def signed_out_and_back(page: Page, email: str) -> None:
    """Nothing is left, not even in what Next keeps in the page to begin with."""
    page.get_by_role("link", name="Notes").click()
    press(page, "Sign out")
    is_signed_out(page)
    page.go_back()  # to the list of people
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    is_signed_out(page)
    assert email not in page.content()


def session_that_has_ended(running: Running, page: Page, email: str) -> None:
    """Elsewhere, and its access token has expired as well: whoever signs in again is shown the page."""
    page.goto(running.url)
    fill_in(page, email)
    press(page, "Sign in")
    is_signed_in(page, email)
    url, somebody = running.site.server.url, requests.Session()
    somebody.post(f"{url}/auth/login", json={"email": email, "password": PASSWORD}, timeout=SECONDS).raise_for_status()
    csrf = {"X-CSRF-TOKEN": somebody.cookies["csrf_access_token"]}
    somebody.post(f"{url}/auth/logout-all", headers=csrf, timeout=SECONDS).raise_for_status()
    expire_access_token(running.profile, running.site)
    page.reload()
    is_signed_out(page)
    fill_in(page, email)
    press(page, "Sign in")
    is_signed_in(page, email)


def host_that_is_not_ours(running: Running) -> None:
    """What a request says of where it was sent to leads nowhere, and lets nobody in."""
    fields = {"email": "ada@example.com", "password": PASSWORD}
    refused = requests.post(f"{running.url}/auth/login", json=fields, headers=EVIL, timeout=SECONDS)
    assert (refused.status_code, refused.json()["code"]) == (403, "origin_not_allowed")
    sent_on = requests.get(f"{running.url}/sign-in", headers=EVIL, allow_redirects=False, timeout=SECONDS)
    assert (sent_on.status_code, sent_on.headers["location"]) == (307, "/")
    assert "evil.example" not in requests.get(running.url, headers=EVIL, timeout=SECONDS).text


def pages_that_mails_lead_to(running: Running) -> None:
    """Flaskport writes the address of the front end into mails, so its pages have to be there; and they lead back."""
    for path in ("/account", "/forgot-password", "/reset-password", "/verify", "/not-me"):
        answer = requests.get(running.url + path, timeout=SECONDS)
        assert (answer.status_code, "data-home" in answer.text) == (200, True), path


def in_development(running: Running, email: str) -> None:
    """As the README says it. Cookies know no ports, so the person is signed in here as well."""
    with front_ends.started(running.example.command, running.folder, running.site.url, free_port()) as url:
        page = running.profile.new_page()
        page.goto(url)
        is_signed_in(page, email)
        page.close()
