"""Is it still you? By a code that is mailed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import time_machine
from flask import Flask

from app import accounts
from app.accounts.events import ConfirmationRefused
from app.core import clock
from app.core.events import after
from tests.client import Browser, Person
from tests.features.magic_link.conftest import Post
from tests.words import code

ASK, CONFIRM = "/auth/confirm/mail", "/auth/confirm/code"
AN_HOUR = dt.timedelta(hours=1)


def is_fresh(person: Person) -> bool:
    answer = person.browser.post("/auth/password", json={"new_password": "battery staple, correct"})
    return code(answer) != (403, "fresh_required")


def test_the_code_makes_the_session_fresh_and_proves_the_address(app: Flask, ada: Person, post: Post) -> None:
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11), tick=False):
        ada.browser.post("/auth/refresh")
        assert not is_fresh(ada)
        assert ada.browser.post(ASK).json == {"expires_in": 600, "code_expires_in": 600}
        mailed = post.only()
        assert (mailed.message["To"], mailed.token) == (ada.email, "")
        assert ada.browser.post(CONFIRM, json={"code": mailed.code}).status_code == 204
        assert is_fresh(ada)
        assert code(ada.browser.post(CONFIRM, json={"code": mailed.code})) == (422, "wrong_code")
    with app.app_context():
        assert accounts.get(ada.email).email_verified_at is not None


def test_it_is_good_in_this_session_and_wrong_ones_are_counted(
    app: Flask, ada: Person, person: Callable[..., Person], post: Post
) -> None:
    eve, refused = person("eve@example.com"), []  # type: ignore[var-annotated]
    after(app, ConfirmationRefused, refused.append)
    ada.browser.post(ASK)
    right = post.only().code
    eve.browser.post(ASK)
    post.only()
    assert code(eve.browser.post(CONFIRM, json={"code": right})) == (422, "wrong_code")
    for _ in range(5):
        assert code(ada.browser.post(CONFIRM, json={"code": f"{(int(right) + 1) % 1_000_000:06}"}))[0] == 422
    assert ada.browser.post(CONFIRM, json={"code": right}).status_code in {422, 429}
    assert {(event.user_id.hex, event.code) for event in refused[1:6]} == {(ada.id.replace("-", ""), "wrong_code")}


def test_nobody_asks_who_is_not_signed_in(browser: Browser, post: Post) -> None:
    assert code(browser.post(ASK)) == (401, "not_authenticated")
    assert code(browser.post(CONFIRM, json={"code": "123456"})) == (401, "not_authenticated")
