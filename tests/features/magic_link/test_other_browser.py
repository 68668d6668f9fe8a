"""A link that is opened in another browser than the one that asked for it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from app import accounts
from app.accounts.events import AccountReclaimed
from app.core.events import after
from tests.client import PASSWORD, Browser, Person
from tests.features.magic_link.conftest import CHROME, EMAIL, FINISH, Post, ask, who
from tests.words import code

NewBrowser = Callable[[], Browser]


def test_it_signs_in_after_the_person_has_seen_who_asked(
    browser: Browser, new_browser: NewBrowser, account: Callable[..., str], post: Post
) -> None:
    account()
    ask(browser, remember=True)
    token, other = post.only().token, new_browser()

    for _ in range(2):
        refused = other.post(FINISH, json={"token": token})
        assert code(refused) == (409, "other_browser")
        facts = (refused.json or {})["facts"]
        assert {name: facts[name] for name in ("email", "user_agent", "address")} == {
            "email": EMAIL,
            "user_agent": CHROME,
            "address": "127.0.0.1",
        }
        assert facts["at"].endswith("Z")
        assert "Set-Cookie" not in refused.headers
        assert who(other) is None

    assert other.post(FINISH, json={"token": token, "confirm": True}).status_code == 200
    assert who(other) == EMAIL
    assert (other.get("/auth/session").json or {})["session"]["remember"] is False, "that was wished elsewhere"
    assert code(browser.post(FINISH, json={"token": token})) == (410, "link_over")


def test_a_browser_that_asked_for_a_link_of_its_own_is_another_one_too(
    browser: Browser, new_browser: NewBrowser, account: Callable[..., str], post: Post
) -> None:
    account()
    account("eve@example.com")
    ask(browser)
    token, other = post.only().token, new_browser()
    ask(other, "eve@example.com")
    assert code(other.post(FINISH, json={"token": token})) == (409, "other_browser")


def test_nobody_is_signed_in_to_an_attackers_account_by_their_link_alone(
    ada: Person, new_browser: NewBrowser, account: Callable[..., str], post: Post
) -> None:
    account("eve@example.com")
    eve = new_browser()
    ask(eve, "eve@example.com")
    assert code(ada.browser.post(FINISH, json={"token": post.only().token})) == (409, "other_browser")
    assert who(ada.browser) == ada.email


def test_a_code_is_good_nowhere_else(
    browser: Browser, new_browser: NewBrowser, account: Callable[..., str], post: Post
) -> None:
    account()
    ask(browser)
    mailed, other = post.only(), new_browser()
    assert code(other.post(FINISH, json={"code": mailed.code})) == (422, "wrong_code")
    ask(other, "nobody@example.com")
    assert code(other.post(FINISH, json={"code": mailed.code})) == (422, "wrong_code")
    assert browser.post(FINISH, json={"code": mailed.code}).status_code == 200


def test_opening_the_page_changes_nothing(browser: Browser, account: Callable[..., str], post: Post) -> None:
    account()
    ask(browser)
    token = post.only().token
    for method in ("GET", "HEAD"):
        assert browser.open(f"/magic-link?token={token}", method=method).status_code == 200
    assert browser.get(FINISH).status_code == 405
    assert who(browser) is None
    assert browser.post(FINISH, json={"token": token}).status_code == 200


def test_whoever_reads_the_address_gets_the_account_empty_that_somebody_else_has_set_up(
    app: Flask, browser: Browser, new_browser: NewBrowser, post: Post
) -> None:
    squatter, heard = new_browser(), []  # type: ignore[var-annotated]
    after(app, AccountReclaimed, heard.append)
    squatter.register(EMAIL, name="Not Ada")
    squatter.sign_in(EMAIL)
    post.everything()
    ask(browser)
    mailed = post.only()
    assert len(heard) == 0

    answer = browser.post(FINISH, json={"token": mailed.token})

    assert answer.status_code == 200
    assert (answer.json or {})["user"]["name"] is None
    assert (who(browser), who(squatter)) == (EMAIL, None)
    assert len(heard) == 1
    refused = squatter.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
    assert code(refused) == (401, "invalid_credentials")
    with app.app_context():
        assert accounts.get(EMAIL).email_verified_at is not None


def test_whoever_is_signed_in_to_it_here_keeps_what_they_set_up(browser: Browser, post: Post) -> None:
    browser.register(EMAIL, name="Ada")
    browser.sign_in(EMAIL)
    post.everything()
    ask(browser)
    answer = browser.post(FINISH, json={"token": post.only().token})
    assert (answer.json or {})["user"]["name"] == "Ada"
    assert browser.post("/auth/login", json={"email": EMAIL, "password": PASSWORD}).status_code == 200
