"""Signing in with a link or a code, in the browser that asked for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from app import accounts
from app.accounts.events import SignInAccepted, SignInRefused
from app.core import clock
from app.core.events import after
from tests.client import PASSWORD, Browser
from tests.features.magic_link.conftest import ASK, EMAIL, FINISH, Post, ask, who
from tests.words import code


@pytest.mark.parametrize("by", ["token", "code"])
def test_the_link_and_the_code_sign_in_at_once_where_they_were_asked_for_and_either_uses_up_the_other(
    app: Flask, browser: Browser, account: Callable[..., str], post: Post, by: str
) -> None:
    account()
    heard: list[SignInAccepted] = []
    after(app, SignInAccepted, heard.append)
    ask(browser)
    mailed = post.only()
    proofs = {"token": {"token": mailed.token}, "code": {"code": f" {mailed.code[:3]} {mailed.code[3:]} "}}

    answer = browser.post(FINISH, json=proofs.pop(by))

    assert answer.status_code == 200, answer.text
    assert (answer.json or {})["user"]["email"] == EMAIL
    assert who(browser) == EMAIL
    assert [(event.strategy, event.by) for event in heard] == [("magic_link", "owner")]
    state = (browser.get("/auth/session").json or {})["session"]
    assert state["authenticated_at"] == state["created_at"]
    assert browser.post(FINISH, json={"token": mailed.token}).status_code == 410
    assert code(browser.post(FINISH, json={"code": mailed.code})) == (422, "wrong_code")
    assert len(heard) == 1


def test_the_mail_says_nothing_secret_in_its_subject_and_leads_to_the_page_with_the_wish(
    browser: Browser, account: Callable[..., str], post: Post
) -> None:
    account()
    ask(browser, next="/account?tab=1")
    mailed = post.only()
    assert mailed.link == f"http://localhost:8000/magic-link?next=%2Faccount%3Ftab%3D1#token={mailed.token}"
    assert mailed.message["Subject"] == "Sign in to Flaskport"
    assert mailed.message["To"] == EMAIL
    html = mailed.message.get_body(("html",))
    assert html is not None
    assert f"#token={mailed.token}" in html.get_content()
    assert mailed.code in html.get_content()
    assert code(browser.post(ASK, json={"email": EMAIL, "next": "https://evil.example"})) == (422, "next_not_allowed")
    assert post.everything() == []


@pytest.mark.parametrize(("asked", "said", "kept"), [(True, None, True), (True, False, False), (False, True, True)])
def test_who_wished_to_stay_signed_in_stays_so(
    browser: Browser, account: Callable[..., str], post: Post, asked: bool, said: bool | None, kept: bool
) -> None:
    account()
    ask(browser, remember=asked)
    assert browser.post(FINISH, json={"token": post.only().token, "remember": said}).status_code == 200
    assert (browser.get("/auth/session").json or {})["session"]["remember"] is kept


@pytest.mark.parametrize(("minutes", "by", "status"), [(9, "code", 200), (11, "code", 422), (14, "token", 200)])
def test_a_code_is_good_for_ten_minutes_and_a_link_for_fifteen(
    browser: Browser, account: Callable[..., str], post: Post, minutes: int, by: str, status: int
) -> None:
    account()
    ask(browser)
    mailed = post.only()
    with time_machine.travel(clock.now() + dt.timedelta(minutes=minutes), tick=False):
        assert browser.post(FINISH, json={by: getattr(mailed, by)}).status_code == status
    with time_machine.travel(clock.now() + dt.timedelta(minutes=16), tick=False):
        assert code(browser.post(FINISH, json={"token": mailed.token})) == (410, "link_over")


def test_a_newer_mail_a_new_password_and_disabling_void_it(
    app: Flask, browser: Browser, account: Callable[..., str], post: Post
) -> None:
    email = account()
    ask(browser)
    older = post.only()
    ask(browser)
    newer = post.only()
    assert code(browser.post(FINISH, json={"token": older.token})) == (410, "link_over")
    with app.app_context():
        accounts.set_password(email, PASSWORD)
    assert code(browser.post(FINISH, json={"token": newer.token})) == (410, "link_over")
    ask(browser)
    last = post.only()
    with app.app_context():
        accounts.set_active(email, False)
    assert code(browser.post(FINISH, json={"token": last.token})) == (410, "link_over")
    ask(browser)
    assert post.everything() == [], "somebody disabled is mailed nothing"


def test_five_wrong_codes_end_the_code_and_not_the_link(
    app: Flask, browser: Browser, account: Callable[..., str], post: Post
) -> None:
    account()
    refused: list[SignInRefused] = []
    after(app, SignInRefused, refused.append)
    ask(browser)
    mailed = post.only()
    wrong = f"{(int(mailed.code) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert code(browser.post(FINISH, json={"code": wrong})) == (422, "wrong_code")
    assert browser.post(FINISH, json={"code": mailed.code}).status_code in {422, 429}
    assert [(event.strategy, event.code) for event in refused][:5] == [("magic_link", "wrong_code")] * 5
    assert browser.post(FINISH, json={"token": mailed.token}).status_code == 200


@pytest.mark.parametrize("body", [{}, {"token": "a", "code": "1"}, {"token": ""}, {"code": 1}, {"token": "a", "x": 1}])
def test_a_bad_shape_is_refused(browser: Browser, body: dict[str, object]) -> None:
    assert code(browser.post(FINISH, json=body)) == (422, "validation_failed")


def test_it_can_be_off(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"MAGIC_LINK": "off"})
    app.test_client_class = Browser
    browser = app.test_client()
    assert browser.post(ASK, json={"email": EMAIL}).status_code == 404
    assert "magic-link" not in browser.get("/sign-in").text
