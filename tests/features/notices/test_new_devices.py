"""A sign-in in a new browser is told; what people do every day is not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import User
from app.core.database import transaction
from app.core.mail import Queued
from app.extensions import db
from tests import people
from tests.client import Browser
from tests.features.notices.conftest import Send
from tests.features.notices.words import ADA, FIREFOX, come_in, subjects, text_of
from tests.words import later

NEWS = "New sign-in to your Flaskport account"


def test_a_new_browser_is_told_with_what_it_is_from_where_when_and_where_to_end_it(
    app: Flask, owner: User, sent: Send
) -> None:
    del owner
    come_in(app, REMOTE_ADDR="192.0.2.7")

    (message,) = sent()

    assert message["To"] == ADA
    assert message["Subject"] == NEWS
    assert message["List-Unsubscribe"] is None
    text = text_of(message)
    assert "Device: Firefox on Linux\n" in text
    assert "From: 192.0.2.7\n" in text
    assert "By: the password\n" in text
    assert " UTC\n" in text
    assert "http://localhost:8000/account#devices\n" in text
    assert "http://localhost:8000/not-me#token=" in text
    html = message.get_body(("html",))
    assert html is not None
    assert "Firefox on Linux" in html.get_content()


def test_the_same_browser_is_no_news_again_and_another_one_is(app: Flask, owner: User, sent: Send) -> None:
    del owner
    browser = come_in(app)
    assert subjects(sent()) == [NEWS]
    browser.post("/auth/logout")
    come_in(app, browser)
    with later(days=399):
        come_in(app, browser, REMOTE_ADDR="198.51.100.1")
    assert sent() == []

    come_in(app)
    assert subjects(sent()) == [NEWS]


def test_a_program_is_known_by_its_name_in_its_network(app: Flask, owner: User, sent: Send) -> None:
    del owner
    for agent, address, news in (
        ("backup/1.0", "192.0.2.7", 1),
        ("backup/1.1", "192.0.2.7", 0),
        ("backup/1.1", "192.0.2.8", 1),
        ("curl/8.5.0", "192.0.2.7", 1),
        ("", "192.0.2.7", 1),
        ("curl/8.5.0", "192.0.2.7", 0),
    ):
        come_in(app, agent=agent, REMOTE_ADDR=address)
        assert subjects(sent()) == [NEWS] * news, (agent, address)


def test_signing_up_is_no_news_and_the_second_browser_of_that_day_is(app: Flask, browser: Browser, sent: Send) -> None:
    browser.register(ADA)
    come_in(app, browser)
    assert sent() == []

    come_in(app)
    assert subjects(sent()) == [NEWS]


def test_who_comes_in_for_the_first_time_long_after_the_account_was_made_is_told(
    app: Flask, browser: Browser, sent: Send
) -> None:
    browser.register(ADA)
    with later(days=2):
        come_in(app, browser)
        assert subjects(sent()) == [NEWS]


def test_a_sign_in_that_is_undone_is_not_told(app: Flask, owner: User, sent: Send) -> None:
    def undone() -> None:
        with transaction():
            people.come_in(accounts.CurrentUser.of(owner))
            assert db.session.scalar(sa.select(sa.func.count()).select_from(Queued)) == 1
            raise ZeroDivisionError

    with app.test_request_context(headers={"User-Agent": FIREFOX}), pytest.raises(ZeroDivisionError):
        undone()
    assert sent() == []


def test_tokens_of_the_shell_are_no_news(app: Flask, owner: User, sent: Send) -> None:
    with app.app_context():
        accounts.generate_tokens(owner)
    assert sent() == []
