"""The new password: once, by whoever brings what was mailed, and then nothing of before lets anybody in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import accounts, one_time
from app.accounts import Identity, Step, User, resetting
from app.accounts.events import AccountReclaimed, EmailVerified, PasswordReset
from app.core import clock
from app.core.database import transaction
from app.core.events import Event, after
from app.extensions import db
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.features.password_reset.mailbox import (
    ADA,
    NEW,
    ask,
    code_for,
    code_of,
    delivered,
    finish,
    link_for,
    refused,
    sign_in,
    token_of,
)

OVER = (410, "link_over")


@pytest.fixture
def verified(app: Flask, ada: Person) -> Person:
    """Ada, whose address is hers."""
    with app.app_context():
        accounts.mark_verified(ADA)
    return ada


def test_a_link_sets_the_password_and_ends_every_session(
    app: Flask, verified: Person, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    token = link_for(app, browser)
    elsewhere = new_browser()
    looked = elsewhere.post("/auth/reset-password/look", json={"token": token})
    assert (looked.status_code, looked.json) == (200, {"email": ADA})
    answer = finish(elsewhere, token=token)
    assert (answer.status_code, answer.data) == (204, b"")
    assert elsewhere.cookie("access_token_cookie") is None, "it signs nobody in"
    assert verified.browser.get("/api/profile").status_code == 401
    assert refused(sign_in(new_browser(), PASSWORD)) == (401, "invalid_credentials")
    assert sign_in(elsewhere, NEW).status_code == 200


def test_a_link_is_good_once_and_the_code_beside_it_goes_with_it(
    app: Flask, verified: Person, browser: Browser
) -> None:
    ask(browser)
    [message] = delivered(app)
    token = token_of(message)
    assert finish(browser, token=token).status_code == 204
    assert refused(finish(browser, token=token)) == OVER
    assert refused(browser.post("/auth/reset-password/look", json={"token": token})) == OVER


def test_a_code_works_in_the_browser_that_asked_and_in_no_other(
    app: Flask, verified: Person, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    code = code_for(app, browser)
    assert refused(finish(new_browser(), code=code)) == (422, "wrong_code")
    assert finish(browser, code=f" {code} ").status_code == 204
    assert sign_in(browser, NEW).status_code == 200


def test_five_wrong_codes_end_it_and_the_link_stays_good(app: Flask, verified: Person, browser: Browser) -> None:
    ask(browser)
    [message] = delivered(app)
    code, token = (one(message) for one in (code_of, token_of))
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        assert refused(finish(browser, code=wrong)) == (422, "wrong_code")
    last = finish(browser, code=code)
    assert last.status_code in {422, 429}, "the right one comes too late"
    assert finish(browser, token=token).status_code == 204


def test_a_code_is_good_for_ten_minutes_and_a_link_for_an_hour(app: Flask, verified: Person, browser: Browser) -> None:
    ask(browser)
    [message] = delivered(app)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=10, seconds=1), tick=False):
        assert refused(finish(browser, code=code_of(message))) == (422, "wrong_code")
    with time_machine.travel(clock.now() + dt.timedelta(minutes=60, seconds=1), tick=False):
        assert refused(finish(browser, token=token_of(message))) == OVER
    with time_machine.travel(clock.now() + dt.timedelta(minutes=59), tick=False):
        assert finish(browser, token=token_of(message)).status_code == 204


def test_a_newer_mail_voids_the_older_one(app: Flask, verified: Person, new_browser: Callable[[], Browser]) -> None:
    older, newer = (link_for(app, new_browser()) for _ in range(2))
    assert refused(finish(new_browser(), token=older)) == OVER
    assert finish(new_browser(), token=newer).status_code == 204


@pytest.mark.parametrize("what", ["password", "disabled", "banned", "address", "deleted"])
def test_what_changes_the_account_voids_the_link(app: Flask, verified: Person, browser: Browser, what: str) -> None:
    token = link_for(app, browser)
    with app.app_context():
        if what == "password":
            accounts.set_password(ADA, "nine red kettles!")
        elif what == "disabled":
            accounts.set_active(ADA, False)
            accounts.set_active(ADA, True)
        elif what == "banned":
            accounts.ban(ADA, "spam")
        elif what == "deleted":
            accounts.delete(ADA)
        else:
            with transaction():
                user = accounts.get(ADA)
                user.email = user.email_normalized = "new@example.com"
    assert refused(finish(browser, token=token)) == OVER
    assert refused(sign_in(browser, NEW)) == (401, "invalid_credentials")


def test_a_refused_password_leaves_the_link_and_the_code_good(app: Flask, verified: Person, browser: Browser) -> None:
    code = code_for(app, browser)
    for _ in range(7):
        answer = finish(browser, "ada", code=code)
        assert refused(answer) == (422, "validation_failed")
        assert set((answer.json or {})["errors"]) == {"password"}
    token = link_for(app, browser)
    assert refused(finish(browser, "ada", token=token)) == (422, "validation_failed")
    assert finish(browser, token=token).status_code == 204


def test_everything_that_is_wrong_is_told_at_once(app: Flask, verified: Person, browser: Browser) -> None:
    code_for(app, browser)
    wrong = finish(browser, "short", code="not it")
    assert refused(wrong) == (422, "wrong_code")
    assert set((wrong.json or {})["errors"]) == {"code", "password"}
    empty = browser.post("/auth/reset-password", json={})
    assert set((empty.json or {})["errors"]) == {"code", "password"}
    both = finish(browser, token="x" * 43, code="123456")
    assert refused(both) == (422, "validation_failed")


def test_an_account_that_nobody_has_proved_is_handed_over_empty(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    browser = browser_of(app)
    heard: list[type[Event]] = []
    after(app, Event, lambda event: heard.append(type(event)))
    with app.app_context():
        squatted = accounts.register(ADA, PASSWORD, "Eve was here")
        with transaction():
            db.session.add(Identity(user_id=squatted.id, provider="github", subject="eve"))
    token = link_for(app, browser)
    assert finish(browser, token=token).status_code == 204
    with app.app_context():
        user = db.session.scalars(sa.select(User)).one()
        assert (user.name, user.email_verified_at is not None) == (None, True)
        assert db.session.scalars(sa.select(Identity)).all() == []
    assert [kind for kind in heard if kind in {AccountReclaimed, EmailVerified, PasswordReset}] == [
        AccountReclaimed,
        EmailVerified,
        PasswordReset,
    ]


@pytest.mark.parametrize("is_first", [True, False])
def test_it_announces_whether_there_was_a_password(make_app: Callable[..., Flask], is_first: bool) -> None:
    app = make_app()
    browser = browser_of(app)
    heard: list[PasswordReset] = []
    after(app, PasswordReset, heard.append)
    with app.app_context():
        accounts.register(ADA, None if is_first else PASSWORD)
        accounts.mark_verified(ADA)
    assert finish(browser, token=link_for(app, browser)).status_code == 204
    assert [(event.is_first, event.by) for event in heard] == [(is_first, None)]
    assert sign_in(browser, NEW).status_code == 200


def test_a_link_for_something_else_sets_no_password(app: Flask, verified: Person, browser: Browser) -> None:
    with app.app_context():
        mailed = one_time.mail("verify_email", dt.timedelta(hours=1), user_id=accounts.get(ADA).id)
    assert refused(finish(browser, token=mailed.token)) == OVER


def test_a_failure_in_between_uses_nothing_up(
    app: Flask, verified: Person, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = link_for(app, browser)
    with monkeypatch.context() as broken, app.test_request_context():
        broken.setattr(resetting, "store", _breaks)
        with pytest.raises(RuntimeError):
            accounts.reset_password(accounts.Brought(token=token), NEW)
    assert sign_in(browser, PASSWORD).status_code == 200
    assert finish(browser, token=token).status_code == 204


def _breaks(*_: object) -> None:
    raise RuntimeError


def test_opening_the_page_uses_nothing_up(app: Flask, verified: Person, browser: Browser) -> None:
    token = link_for(app, browser)
    for method in ("get", "head"):
        assert getattr(browser, method)("/reset-password").status_code == 200
    assert browser.get(f"/auth/reset-password?token={token}").status_code == 405
    assert finish(browser, token=token).status_code == 204


def test_a_reset_never_skips_a_second_step(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    accounts.add_check(app, lambda attempt: None if "totp" in attempt.done else Step("totp"))
    browser = browser_of(app)
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    assert finish(browser, token=link_for(app, browser)).status_code == 204
    assert (browser.get("/auth/session").json or {})["user"] is None
    answer = sign_in(browser, NEW)
    assert (answer.status_code, (answer.json or {})["step"]) == (202, "totp")
    assert (browser.get("/auth/session").json or {})["user"] is None
