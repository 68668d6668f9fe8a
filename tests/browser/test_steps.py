"""A sign-in that asks for a second step, in a browser: what the client says, and where the scripts of pages lead."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from app import accounts, sessions
from app.accounts import Step
from tests.accounts import word
from tests.accounts.word import PAGE, WORD
from tests.browser.test_left_out import serving
from tests.browser.test_sign_in_page import fill
from tests.client import PASSWORD

EMAIL = "ada@example.com"
FIELDS = {"email": EMAIL, "password": PASSWORD}


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: nothing here asks the database anything that other tests do not."""
    return str(request.param)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app()
    word.init_app(app)
    with app.app_context():
        accounts.register(**FIELDS)
    return app


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


LISTEN = """async () => {
  const { Step, createClient } = await import("/static/flaskport.js");
  Object.assign(globalThis, { Step, client: createClient(), changes: [] });
  client.onChange(({ type }) => changes.push(type));
  await client.session();
}"""
SIGN_IN = """async (fields) => {
  const result = await client.signIn(fields);
  return { ...result, typed: "step" in result && result instanceof Step && !(result instanceof Error) };
}"""
FINISH = """async ([fields, word]) => {
  const step = await client.signIn(fields);
  const user = await client.finish(step, "auth/word", { word });
  return [user.email, client.user.email, changes];
}"""
FINISH_ONE_OF_TWO = """async ([fields, word]) => {
  const result = await client.finish(await client.signIn(fields), "auth/word", { word });
  return [result instanceof Step, result.step, result.page, client.user, changes];
}"""
SAY = """(body) => fetch("/auth/word", { method: "POST", body, headers: { "Content-Type": "application/json" } })
  .then(({ status }) => status)"""


def submit(page: Page, button: str) -> dict[str, str]:
    """Send the form. Returns what the page of the step is asked with, once the browser is there."""
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(f"**{PAGE}?**")
    return dict(parse_qsl(urlsplit(page.url).query))


def say_the_word(page: Page, token: str) -> None:
    """As the page of the step would, which this app has not."""
    assert page.evaluate(SAY, json.dumps({"token": token, "word": WORD})) == 200


def signed_in(page: Page, url: str, then: str = "/account") -> None:
    page.goto(f"{url}/sign-in")
    fill(page, EMAIL)
    say_the_word(page, submit(page, "Sign in")["token"])
    page.goto(url + then)
    expect(page.locator("#own-email")).to_have_text(EMAIL)


def test_the_client_says_which_step_and_announces_nobody(profile: BrowserContext, url: str) -> None:
    tab, other = profile.new_page(), profile.new_page()
    for page in (tab, other):
        page.goto(f"{url}/sign-in")
        page.evaluate(LISTEN)

    said = tab.evaluate(SIGN_IN, FIELDS)

    assert (said["typed"], set(said) - {"typed"}) == (True, {"step", "facts", "token", "page"})
    assert (said["step"], said["facts"]) == ("word", {"letters": "5"})
    assert said["page"] == f"{url}{PAGE}?letters=5&step=word&token={said['token']}"
    for page in (tab, other):
        assert page.evaluate("client.session().then(({ user }) => [user, client.user, changes])") == [None, None, []]


@pytest.mark.needs("assurance")
def test_the_client_finishes_with_what_the_step_asks_for_and_tells_every_tab(profile: BrowserContext, url: str) -> None:
    tab, other = profile.new_page(), profile.new_page()
    for page in (tab, other):
        page.goto(f"{url}/sign-in")
        page.evaluate(LISTEN)

    assert tab.evaluate(FINISH, [FIELDS, WORD]) == [EMAIL, EMAIL, ["signed-in"]]
    other.wait_for_function("changes.length > 0")
    assert other.evaluate("[client.user.email, changes]") == [EMAIL, ["signed-in"]]


@pytest.mark.needs("assurance")
def test_finish_answers_the_step_that_is_left_and_announces_nobody(profile: BrowserContext, app: Flask) -> None:
    accounts.add_check(app, lambda _: Step("number"))
    with serving(app) as url:
        page = profile.new_page()
        page.goto(f"{url}/sign-in")
        page.evaluate(LISTEN)

        assert page.evaluate(FINISH_ONE_OF_TWO, [FIELDS, WORD]) == [True, "number", None, None, []]


@pytest.mark.parametrize(("query", "place"), [("", "/account"), ("?next=/account%3Fa%23keys", "/account?a#keys")])
@pytest.mark.parametrize("remember", [False, True])
def test_the_sign_in_page_leads_to_the_page_of_the_step(
    profile: BrowserContext, url: str, query: str, place: str, remember: bool
) -> None:
    page = profile.new_page()
    page.goto(f"{url}/sign-in{query}")
    fill(page, EMAIL)
    page.get_by_label("Keep me signed in").set_checked(remember)
    asked = submit(page, "Sign in")
    assert (asked["step"], asked["letters"], asked["next"]) == ("word", "5", place)
    assert page.evaluate("history.length") == 2  # about:blank and this one

    say_the_word(page, asked["token"])
    [kept] = [cookie for cookie in profile.cookies() if cookie["name"] == "access_token_cookie"]
    assert (kept["expires"] != -1) is remember
    page.goto(url + asked["next"])
    expect(page.locator("#own-email")).to_have_text(EMAIL)


def test_the_sign_up_page_leads_there_with_the_account_made(profile: BrowserContext, url: str) -> None:
    page = profile.new_page()
    page.goto(f"{url}/sign-up?next=/account%23keys")
    fill(page, "grace@example.com")
    asked = submit(page, "Create account")
    assert asked["next"] == "/account#keys"

    say_the_word(page, asked["token"])
    page.goto(url + asked["next"])
    expect(page.locator("#own-email")).to_have_text("grace@example.com")


def test_who_is_asked_whether_it_is_still_them_comes_back_to_the_place(
    profile: BrowserContext, url: str, app: Flask
) -> None:
    page = profile.new_page()
    signed_in(page, url, "/account?x=1#devices")
    with app.app_context():
        sessions.revoke_all(accounts.get(EMAIL).id, "signed_out_everywhere")
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog", name="Is it still you?")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    asked = submit(page, "Sign in")
    assert asked["next"] == "/account?x=1#devices"


def test_a_step_without_a_page_is_said(profile: BrowserContext, make_app: Callable[..., Flask]) -> None:
    app = make_app()
    accounts.add_check(app, lambda _: Step("number"))
    with app.app_context():
        accounts.register(**FIELDS)
    with serving(app) as url:
        page = profile.new_page()
        page.goto(f"{url}/sign-in")
        fill(page, EMAIL)
        page.get_by_role("button", name="Sign in", exact=True).click()

        said = "One more step is needed to sign in, which this page cannot ask for."
        expect(page.locator("#sign-in-alert")).to_have_text(said)
        assert page.url == f"{url}/sign-in"
