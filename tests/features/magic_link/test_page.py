"""/magic-link where no script runs, and what counts as a way in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import accounts
from app.accounts import LAST_WAY_IN
from app.accounts.ways_in import require_way_in
from app.core.database import transaction
from tests.client import Browser
from tests.features.magic_link.conftest import EMAIL, FINISH, Post, ask
from tests.words import refusal

FORM = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A browser whose answers are pages."""
    return FlaskClient(app, app.response_class, use_cookies=True)


def test_without_a_script_the_code_is_asked_for_and_typed_on_forms(
    visitor: FlaskClient, account: Callable[..., str], post: Post
) -> None:
    account()
    page = visitor.post(
        "/magic-link?next=/admin", data={"email": EMAIL, "password": "typed", "remember": "on"}, headers=FORM
    )
    assert page.status_code == 202, page.text
    assert "a mail is on its way" in page.text
    right = post.only().code
    wrong = visitor.post("/magic-link", data={"code": f"{(int(right) + 1) % 1_000_000:06}"}, headers=FORM)
    assert wrong.status_code == 422
    assert "This code is wrong or too old." in wrong.text
    assert right not in wrong.text
    answer = visitor.post("/magic-link?next=/admin", data={"code": right}, headers=FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin")
    assert (visitor.get("/auth/session").json or {})["user"]["email"] == EMAIL


@pytest.mark.parametrize("form", [{"email": "nope"}, {}, {"email": "a@b.example", "x": "y"}])
def test_a_form_that_is_wrong_is_shown_again(visitor: FlaskClient, post: Post, form: dict[str, str]) -> None:
    assert visitor.post("/magic-link", data=form, headers=FORM).status_code == 422
    assert post.everything() == []


def test_another_sites_form_is_refused(visitor: FlaskClient, post: Post) -> None:
    foreign = visitor.post("/magic-link", data={"email": EMAIL}, headers={**FORM, "Origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_only_a_proved_mailbox_counts_as_a_way_in(app: Flask, account: Callable[..., str]) -> None:
    ada, bob = account(), account("bob@example.com", verified=False)
    with app.app_context(), transaction():
        require_way_in(accounts.get(ada).id)
        assert isinstance(refusal(require_way_in, accounts.get(bob).id), LAST_WAY_IN)


def test_a_banned_person_is_told_nothing_by_mail_and_not_let_in_by_an_older_one(
    app: Flask, browser: Browser, account: Callable[..., str], post: Post
) -> None:
    ask(browser, account())
    token = post.only().token
    with app.app_context():
        accounts.ban(EMAIL, "spam")
    assert browser.post(FINISH, json={"token": token}).status_code == 410
    ask(browser)
    assert post.everything() == []


@pytest.mark.parametrize("hosted_pages", [True, False])
def test_the_page_is_there_without_the_others_and_sends_nobody_anywhere_else(
    make_app: Callable[..., Flask], hosted_pages: bool
) -> None:
    app = make_app(hosted_pages=hosted_pages, sign_in_url="/sign-in" if hosted_pages else None)
    visitor = FlaskClient(app, app.response_class)
    page = visitor.get("/magic-link?next=https://evil.example/")
    assert page.status_code == 200
    assert "evil.example" not in page.text
    assert ("/sign-in" in page.text) is hosted_pages
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
