"""Signing in with a passkey."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import accounts
from app.accounts.events import AccountReclaimed
from app.core import clock
from app.core.database import transaction
from app.core.events import announce
from app.extensions import db
from app.one_time import OneTime
from tests.client import Browser, Person, browser_of
from tests.features.passkeys.authenticator import BE, BS, UP, UV, Authenticator
from tests.features.passkeys.conftest import BASE, add, options, refused, sign_in, who

REFUSED, UNKNOWN = (401, "passkey_refused"), (401, "passkey_unknown")


def test_a_passkey_signs_in_and_is_two_factors(stranger: Browser, ada: Person, phone: Authenticator) -> None:
    answer = sign_in(stranger, phone, remember=True)
    assert answer.status_code == 200, answer.text
    assert (answer.json or {})["user"]["email"] == ada.email
    session = (stranger.get("/auth/session").json or {})["session"]
    assert session["methods"] == ["passkey"]
    assert session["assured_at"] is not None


def test_what_is_asked_for_says_nothing_of_who_exists(stranger: Browser, phone: Authenticator) -> None:
    asked = options(stranger)
    assert asked["allowCredentials"] == []
    assert (asked["rpId"], asked["userVerification"]) == ("localhost", "required")


def test_a_counter_that_counts_on_is_taken_and_one_that_does_not_is_refused(stranger: Browser, ada: Person) -> None:
    key = Authenticator(counter=5, step=1)
    assert add(ada.browser, key).status_code == 201
    assert [sign_in(stranger, key).status_code for _ in range(2)] == [200, 200]
    for counter in (6, 0, 3):  # 7 was the last one
        key.counter = counter
        assert refused(sign_in(stranger, key)) == REFUSED, counter
    key.counter = 40
    assert sign_in(stranger, key).status_code == 200


def test_an_answer_is_good_once_and_in_the_browser_that_asked(
    app: Flask, stranger: Browser, phone: Authenticator
) -> None:
    credential = phone.get(options(stranger))
    thief = browser_of(app)
    options(thief)
    assert refused(thief.post(f"{BASE}/sign-in", json={"credential": credential})) == REFUSED
    assert stranger.post(f"{BASE}/sign-in", json={"credential": credential}).status_code == 200
    assert refused(stranger.post(f"{BASE}/sign-in", json={"credential": credential})) == REFUSED


def test_a_challenge_is_good_for_ten_minutes(stranger: Browser, phone: Authenticator) -> None:
    asked = options(stranger)
    for minutes, answer in ((11, 401), (9, 200)):
        with time_machine.travel(clock.now() + dt.timedelta(minutes=minutes), tick=False):
            sent = {"credential": phone.get(asked)}
            assert stranger.post(f"{BASE}/sign-in", json=sent).status_code == answer


def test_whether_it_is_synced_is_kept_and_shown(ada: Person, stranger: Browser) -> None:
    key = Authenticator(flags=UP | UV | BE)
    shown = add(ada.browser, key).json or {}
    assert (shown["can_sync"], shown["synced"]) == (True, False)
    key.flags |= BS
    assert sign_in(stranger, key).status_code == 200
    (shown,) = (ada.browser.get(BASE).json or {})["items"]
    assert (shown["can_sync"], shown["synced"]) == (True, True)
    assert shown["last_used_at"] is not None
    key.flags = UP | UV
    assert refused(sign_in(stranger, key)) == REFUSED, "what may be synced never changes"


def test_a_removed_passkey_signs_nobody_in_and_the_browser_may_forget_it(
    ada: Person, stranger: Browser, phone: Authenticator
) -> None:
    (shown,) = (ada.browser.get(BASE).json or {})["items"]
    assert ada.browser.delete(f"{BASE}/{shown['id']}").status_code == 204
    assert refused(sign_in(stranger, phone)) == UNKNOWN


@pytest.mark.parametrize(("keep_out", "code"), [("disable", REFUSED), ("ban", (403, "account_banned"))])
def test_whoever_is_kept_out_is(
    app: Flask, ada: Person, stranger: Browser, phone: Authenticator, keep_out: str, code: tuple[int, str]
) -> None:
    with app.app_context():
        accounts.ban(ada.email, "spam") if keep_out == "ban" else accounts.manage(ada.email, is_active=False)
    assert refused(sign_in(stranger, phone)) == code
    assert who(stranger) is None


def test_an_account_that_goes_to_another_loses_its_passkeys_and_a_reset_keeps_them(
    app: Flask, ada: Person, stranger: Browser, phone: Authenticator
) -> None:
    with app.app_context():
        accounts.set_password(ada.email, "battery staple, correct")
    assert sign_in(stranger, phone).status_code == 200
    with app.app_context(), transaction():
        announce(AccountReclaimed(user_id=accounts.get(ada.email).id))
    assert refused(sign_in(stranger, phone)) == UNKNOWN


def test_asking_writes_nothing(app: Flask, stranger: Browser) -> None:
    for _ in range(3):
        options(stranger)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OneTime)) == 0
