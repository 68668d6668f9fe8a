"""MAGIC_LINK=only: no password signs anybody in, and an account is made by the link."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import User
from app.accounts.events import AccountReclaimed, EmailVerified, Registered
from app.core.events import after
from app.extensions import db
from config import ConfigError
from tests.client import PASSWORD, Browser, browser_of
from tests.features.magic_link.conftest import EMAIL, FINISH, Post, ask, who
from tests.words import code

OFF = (403, "passwords_off")
ONLY = {"MAGIC_LINK": "only"}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(variables={**ONLY, "BASIC_AUTH": "true"})


@pytest.mark.needs("basic")
def test_passwords_sign_nobody_in_right_or_wrong_and_for_no_address(app: Flask, browser: Browser) -> None:
    with app.app_context():
        accounts.register(EMAIL, PASSWORD)
    for email, password in ((EMAIL, PASSWORD), (EMAIL, "wrong"), ("bob@example.com", PASSWORD)):
        fields = {"email": email, "password": password}
        basic = base64.b64encode(f"{email}:{password}".encode()).decode()
        assert code(browser.post("/auth/login", json=fields)) == OFF
        assert code(browser.post("/auth/token", json={"grant_type": "password", **fields})) == OFF
        assert code(browser.get("/api/profile", headers={"Authorization": f"Basic {basic}"})) == OFF
        assert code(browser.post("/auth/register", json=fields)) == OFF
    assert who(browser) is None


def test_whoever_has_no_account_makes_one_by_the_link_with_its_address_proved(
    app: Flask, browser: Browser, new_browser: Callable[[], Browser], post: Post
) -> None:
    heard: list[object] = []
    for event in (Registered, EmailVerified, AccountReclaimed):
        after(app, event, lambda event: heard.append(type(event)))
    ask(browser)
    mailed = post.only()
    assert mailed.message["Subject"] == "Create your account at Flaskport"
    with app.app_context():
        assert accounts.find(EMAIL) is None

    other = new_browser().post(FINISH, json={"token": mailed.token})
    assert code(other) == (409, "other_browser")
    assert (other.json or {})["facts"]["email"] == EMAIL
    assert browser.post(FINISH, json={"token": mailed.token}).status_code == 200

    assert who(browser) == EMAIL
    with app.app_context():
        user = accounts.get(EMAIL)
        assert (user.password_hash, user.email_verified_at is not None) == (None, True)
    assert heard == [Registered]
    ask(browser)
    assert post.only().message["Subject"] == "Sign in to Flaskport"


def test_a_new_account_has_the_address_that_was_typed(app: Flask, browser: Browser, post: Post) -> None:
    """Two that are one to us may be two mailboxes."""
    ask(browser, "Strau\u00df@Example.com")
    mailed = post.only()
    assert mailed.message["To"] == "Strau\u00df@Example.com"
    answer = browser.post(FINISH, json={"code": mailed.code})
    assert (answer.json or {})["user"]["email"] == "Strau\u00df@Example.com"


@pytest.mark.parametrize("by", ["token", "code"])
def test_the_link_of_a_new_account_does_not_open_one_with_another_mailbox(
    app: Flask, browser: Browser, post: Post, by: str
) -> None:
    """Eve asks first, Ada gets her account, by a provider say; their addresses are the same to us."""
    ask(browser, "strasse@example.com")
    eves = post.only()
    with app.app_context():
        accounts.mark_verified(accounts.register("stra\u00dfe@example.com", None))
    answer = browser.post(FINISH, json={by: getattr(eves, by)})
    assert code(answer) == (410, "link_over")
    assert who(browser) is None


def test_of_twenty_who_bring_the_link_of_a_new_account_one_makes_it(app: Flask, browser: Browser, post: Post) -> None:
    ask(browser)
    mailed, step, together = post.only(), browser.cookie("sign_in_step"), Barrier(20)

    def redeem(_: int) -> int:
        one = browser_of(app)
        one.set_cookie("sign_in_step", step or "")
        together.wait()
        return one.post(FINISH, json={"token": mailed.token}).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(redeem, range(20)))
    assert answers == {200: 1, 410: 19}
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


@pytest.mark.needs("invitations")
def test_nobody_is_mailed_who_may_not_make_an_account(make_app: Callable[..., Flask]) -> None:
    open_app = make_app(variables=ONLY)
    closed = make_app(variables={**ONLY, "REGISTRATION": "closed"})
    ask(browser_of(closed))
    assert Post(closed).everything() == []
    browser = browser_of(open_app)
    ask(browser)
    token = Post(open_app).only().token
    later = browser_of(closed)
    later.set_cookie("sign_in_step", browser.cookie("sign_in_step") or "")
    assert code(later.post(FINISH, json={"token": token})) == (403, "registration_closed")
    assert browser.post(FINISH, json={"token": token}).status_code == 200, "nothing was used up"


def test_a_link_of_another_mode_makes_no_account(app: Flask, make_app: Callable[..., Flask], post: Post) -> None:
    browser = browser_of(make_app())
    ask(browser)
    assert Post(browser.application).everything() == []
    assert code(browser.post(FINISH, json={"code": "123456"})) == (422, "wrong_code")


def test_the_pages_ask_for_no_password(browser: Browser) -> None:
    for path in ("/sign-in", "/sign-up"):
        page = browser.get(path).text
        assert 'type="password"' not in page
        assert 'id="ask-by-form"' in page
    account = browser.get("/account").text
    for gone in ("password-form", "again-password", "confirm-password"):
        assert f'id="{gone}"' not in account


def test_it_does_not_start_where_nobody_could_sign_in(make_app: Callable[..., Flask]) -> None:
    with pytest.raises(ConfigError, match="MAGIC_LINK=only needs MAIL_URL"):
        make_app(environment="production", public_url="https://a.example", variables={**ONLY, "MAIL_URL": ""})
    with pytest.raises(ConfigError, match="MAGIC_LINK=only needs COOKIES"):
        make_app(cookies=False, hosted_pages=False, variables=ONLY)
