"""The step of a sign-in by a mailed code: once, in the browser that began it, and no longer than it lasts."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import accounts
from app.accounts import User
from app.core import mail
from app.core.database import execute_write
from tests.client import PASSWORD, Browser, browser_of
from tests.features.email_code.conftest import EMAIL, PATH, Post, mailed, step_of, wrong
from tests.words import code, later

pytestmark = pytest.mark.needs("assurance")


def test_the_code_finishes_the_sign_in_once_and_the_tokens_say_what_it_is_worth(
    app: Flask, ada: Browser, post: Post
) -> None:
    browser = browser_of(app)
    token = step_of(browser)
    shown = {"token": token, "code": mailed(browser, post, token)}
    assert code(browser.post(f"{PATH}/step", json=shown | {"code": wrong(shown["code"])})) == (
        401,
        "wrong_second_factor",
    )
    assert (
        browser.post(f"{PATH}/step", json=shown | {"code": f" {shown['code'][:3]} {shown['code'][3:]}"}).status_code
        == 200
    )
    session = (browser.get("/auth/session").json or {})["session"]
    assert session["methods"] == ["email_code", "local"]
    assert session["assured_at"] is not None
    assert code(browser.post(f"{PATH}/step", json=shown)) == (401, "sign_in_expired")
    again = browser_of(app)
    assert code(again.post(f"{PATH}/step", json=shown | {"token": step_of(again)})) == (401, "wrong_second_factor")


def test_a_code_is_none_in_another_browser_and_does_not_void_that_ones(app: Flask, ada: Browser, post: Post) -> None:
    browser, thief = browser_of(app), browser_of(app)
    token, other = step_of(browser), step_of(thief)
    right = mailed(browser, post, token)
    mailed(thief, post, other)
    stolen = {"token": token, "code": right}
    assert code(thief.post(f"{PATH}/step", json=stolen)) == (401, "sign_in_expired")
    assert code(thief.post(f"{PATH}/step", json=stolen | {"token": other})) == (401, "wrong_second_factor")
    assert code(thief.post(f"{PATH}/step/mail", json={"token": token})) == (401, "sign_in_expired")
    assert browser.post(f"{PATH}/step", json=stolen).status_code == 200


def test_of_twenty_who_bring_the_code_at_once_one_is_let_in(app: Flask, ada: Browser, post: Post) -> None:
    browser = browser_of(app)
    token = step_of(browser)
    shown = {"token": token, "code": mailed(browser, post, token)}
    cookies = dict(browser._cookies or {})

    def take(_: int) -> int:
        other = browser_of(app)
        other._cookies = dict(cookies)
        return other.post(f"{PATH}/step", json=shown).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(take, range(20)))
    assert answers[200] == 1
    assert set(answers) <= {200, 401, 429}


def test_one_mail_is_sent_for_a_step_and_another_when_it_is_asked_for(app: Flask, ada: Browser, post: Post) -> None:
    browser = browser_of(app)
    token = step_of(browser)
    first = mailed(browser, post, token)
    assert browser.post(f"{PATH}/step/mail", json={"token": token}).status_code == 202
    assert post.codes() == []
    assert browser.post(f"{PATH}/step/mail", json={"token": token, "again": True}).status_code == 202
    second = post.only()
    if first != second:
        assert browser.post(f"{PATH}/step", json={"token": token, "code": first}).status_code == 401
    assert browser.post(f"{PATH}/step", json={"token": token, "code": second}).status_code == 200


@pytest.mark.needs("throttle")
@pytest.mark.usefixtures("now")
def test_resending_is_limited_and_makes_no_more_guesses(app: Flask, ada: Browser, post: Post) -> None:
    browser = browser_of(app)
    token = step_of(browser)
    right = mailed(browser, post, token)
    statuses = []
    for _ in range(5):
        guess = browser.post(f"{PATH}/step", json={"token": token, "code": wrong(right)})
        statuses.append(code(guess))
        if browser.post(f"{PATH}/step/mail", json={"token": token, "again": True}).status_code == 202:
            right = post.only()
    assert statuses == [(401, "wrong_second_factor")] * 5
    assert code(browser.post(f"{PATH}/step", json={"token": token, "code": right})) == (401, "sign_in_expired")
    other = browser_of(app)
    shown = {"token": step_of(other)}
    shown["code"] = mailed(other, post, shown["token"])
    other.post(f"{PATH}/step", json=shown | {"code": wrong(shown["code"])})
    assert code(other.post(f"{PATH}/step", json=shown)) == (429, "too_many_attempts")


@pytest.mark.needs("throttle")
def test_the_mails_of_one_account_are_limited(app: Flask, ada: Browser, post: Post) -> None:
    browser = browser_of(app)
    asked = {"token": step_of(browser), "again": True}
    answers = [browser.post(f"{PATH}/step/mail", json=asked).status_code for _ in range(22)]
    assert (answers[0], answers[-1]) == (202, 429)


def test_it_is_good_for_ten_minutes(app: Flask, ada: Browser, post: Post) -> None:
    browser = browser_of(app)
    shown = {"token": step_of(browser)}
    shown["code"] = mailed(browser, post, shown["token"])
    with later(minutes=10, seconds=5):
        assert code(browser.post(f"{PATH}/step", json=shown)) == (401, "sign_in_expired")
        assert code(browser.post(f"{PATH}/step/mail", json={"token": shown["token"]})) == (401, "sign_in_expired")


def test_programs_take_the_step_too(app: Flask, ada: Browser, post: Post) -> None:
    program = FlaskClient(app, app.response_class, use_cookies=False)
    fields = {"grant_type": "password", "email": EMAIL, "password": PASSWORD}
    step = {"token": (program.post("/auth/token", json=fields).json or {})["token"]}
    assert program.post("/auth/token/email-code/mail", json=step).status_code == 202
    shown = step | {"code": post.only()}
    assert code(browser_of(app).post(f"{PATH}/step", json=shown)) == (401, "sign_in_expired")
    assert "access_token" in (program.post("/auth/token/email-code", json=shown).json or {})
    assert code(program.post("/auth/token/email-code", json=shown)) == (401, "sign_in_expired")


@pytest.mark.needs("magic_link")
def test_the_mailbox_is_no_second_factor_beside_itself(app: Flask, ada: Browser, post: Post) -> None:
    browser = browser_of(app)
    browser.post("/auth/magic-link", json={"email": EMAIL})
    assert browser.post("/auth/magic-link/finish", json={"code": post.only()}).status_code == 200
    session = (browser.get("/auth/session").json or {})["session"]
    assert (session["methods"], session["assured_at"]) == (["magic_link"], None)


def test_where_it_was_turned_off_meanwhile_the_code_is_wrong(app: Flask, ada: Browser, post: Post) -> None:
    browser = browser_of(app)
    shown = {"token": step_of(browser)}
    shown["code"] = mailed(browser, post, shown["token"])
    waiting = browser_of(app)
    unsent = {"token": step_of(waiting)}
    waiting.post(f"{PATH}/step/mail", json=unsent)
    with ThreadPoolExecutor(2) as pool:
        taken = pool.submit(browser.post, f"{PATH}/step", json=shown)
        removed = pool.submit(ada.delete, PATH)
    assert removed.result().status_code == 204
    assert taken.result().status_code in {200, 401}
    assert post.codes() == []
    assert code(waiting.post(f"{PATH}/step/mail", json=unsent)) == (404, "not_found")
    browser_of(app).sign_in()  # and is asked for nothing


def test_it_is_asked_for_of_nobody_whose_address_is_not_verified(app: Flask, ada: Browser) -> None:
    with app.app_context():
        execute_write(sa.update(User).values(email_verified_at=None))
        assert accounts.second_factors(accounts.get(EMAIL).id) == []
    assert (ada.get(PATH).json or {})["offered"] is False
    browser_of(app).sign_in()


def test_the_mail_says_from_where_it_was_asked_for(app: Flask, ada: Browser) -> None:
    browser = browser_of(app)
    browser.post(f"{PATH}/step/mail", json={"token": step_of(browser)})
    with app.app_context():
        mail.deliver_due()
    message = mail.memory(app)[-1]
    assert "network address 127.0.0.1" in mail.text_of(message)
    assert not any(character.isdigit() for character in message["Subject"])


def test_a_page_that_is_opened_again_promises_no_second_mail(app: Flask, ada: Browser, post: Post) -> None:
    browser = browser_of(app)
    token = step_of(browser)
    for _ in range(3):
        assert browser.post(f"{PATH}/step/mail", json={"token": token}).status_code == 202
    assert len(post.codes()) == 1
    assert browser.post(f"{PATH}/step/mail", json={"token": token, "again": True}).status_code == 202
    assert len(post.codes()) == 1
    other = step_of(browser)
    browser.post(f"{PATH}/step/mail", json={"token": other})
    with later(seconds=61):
        browser.post(f"{PATH}/step/mail", json={"token": other})
        assert len(post.codes()) == 2
