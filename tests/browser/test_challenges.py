"""Challenges on the hosted pages: solved by the page itself, and the request goes through with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from app import accounts
from tests.browser.conftest import picture
from tests.browser.test_left_out import serving
from tests.browser.test_sign_in_page import fill
from tests.client import PASSWORD
from tests.features.challenges.service import running

pytestmark = pytest.mark.needs("challenges")
EMAIL = "ada@example.com"
WIDGET = """globalThis.turnstile = {
  render: (place, { sitekey, action, callback }) => {
    const button = document.createElement("button");
    button.textContent = `I am no robot (${sitekey}, ${action})`;
    button.addEventListener("click", () => callback("good"));
    place.append(button);
  },
};
globalThis[new URL(document.currentScript.src).searchParams.get("onload")]();"""
CANNOT = "We could not make sure that you are no robot. Try again; where JavaScript is off, turn it on."


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: nothing here asks the database anything that other tests do not."""
    return str(request.param)


@pytest.fixture
def start(make_app: Callable[..., Flask]) -> Iterator[Callable[..., str]]:
    """``start(CHALLENGE="altcha")``: where such an app is, at which everybody is asked, and Ada has an account."""
    servers = []

    def run(**variables: str) -> str:
        app = make_app(variables={"CHALLENGE_AFTER": "0", **variables})
        with app.app_context():
            accounts.register(EMAIL, PASSWORD)
        servers.append(serving(app))
        return servers[-1].__enter__()

    yield run
    for server in servers:
        server.__exit__(None, None, None)


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    fill(page, EMAIL)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_proof_of_work_is_computed_by_the_page(profile: BrowserContext, start: Callable[..., str]) -> None:
    url = start(CHALLENGE="altcha", CHALLENGE_WORK="600")
    page = profile.new_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/challenges/solve.js", hold)
    answers: list[int] = []
    page.on("response", lambda response: answers.append(response.status) if "/auth/login" in response.url else None)
    sign_in(page, url)
    expect(page.locator("#challenge")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("Checking that you are no robot …")
    held[0].continue_()
    page.wait_for_url(f"{url}/account")
    expect(page.locator("#own-email")).to_have_text(EMAIL)
    assert answers == [428, 200]


def test_a_widget_of_somebody_else_runs_in_a_frame(profile: BrowserContext, start: Callable[..., str]) -> None:
    with running() as service:
        keys = {"CHALLENGE_SITE_KEY": "site-key", "CHALLENGE_SECRET": "secret", "CHALLENGE_VERIFY_URL": service.url}
        url = start(CHALLENGE="turnstile", **keys)
        page = profile.new_page()
        page.route("https://challenges.cloudflare.com/**", lambda route: route.fulfill(body=WIDGET))
        sign_in(page, url)
        dialog = page.get_by_role("dialog", name="Are you a robot?")
        expect(dialog).to_be_visible()
        picture(page, "challenge")
        page.keyboard.press("Escape")
        expect(page.locator("#sign-in-alert")).to_have_text(CANNOT)
        expect(page.get_by_label("Password", exact=True)).to_have_value(PASSWORD)

        page.get_by_role("button", name="Sign in", exact=True).click()
        widget = page.frame_locator("dialog iframe").get_by_role("button", name="I am no robot (site-key, local)")
        widget.click()
        page.wait_for_url(f"{url}/account")
        assert [form["response"] for form in service.received] == ["good"]
