"""Proving another address, by link or code, and what voids both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts, one_time
from app.core import mail
from app.core.mail import outbox
from tests.client import PASSWORD, Browser, Person
from tests.features.email_change.mailbox import CHANGE, Mailbox, ask, confirm
from tests.words import code, later

NEW = "ada@example.org"


def address_of(person: Person) -> str:
    return str((person.browser.get("/api/profile").json or {})["email"])


def test_the_link_in_the_mail_to_the_new_address_changes_it(app: Flask, ada: Person, mailbox: Mailbox) -> None:
    asked = ask(ada.browser, NEW)
    assert asked.status_code == 202
    assert (asked.json or {})["pending"]["email"] == NEW
    assert ada.browser.get(CHANGE).json == asked.json
    assert address_of(ada) == "ada@example.com", "until it is proved"

    token = mailbox.token(NEW)
    assert "a\u2022\u2022\u2022@example.com" in mail.text_of(mailbox.latest(NEW))
    done = confirm(ada.browser, token)
    assert done.status_code == 200
    assert (done.json or {})["user"]["email"] == NEW
    assert address_of(ada) == NEW, "the session goes on"
    assert ada.browser.get(CHANGE).json == {"pending": None}
    assert code(confirm(ada.browser, token)) == (410, "link_over")
    with app.app_context():
        assert accounts.get(NEW).email_verified_at is not None


def test_the_old_address_signs_in_no_more_and_the_new_one_does(
    ada: Person, browser: Browser, move: Callable[..., str]
) -> None:
    move(ada, ada.email, NEW)
    old = {"email": ada.email, "password": PASSWORD}
    assert code(browser.post("/auth/login", json=old)) == (401, "invalid_credentials")
    assert browser.sign_in(NEW).status_code == 200


def test_the_code_does_in_the_browser_that_asked_alone(app: Flask, ada: Person, mailbox: Mailbox) -> None:
    ask(ada.browser, NEW)
    digits = mailbox.code(NEW)
    elsewhere = app.test_client()
    assert isinstance(elsewhere, Browser)
    elsewhere.sign_in(ada.email)
    there = elsewhere.post(f"{CHANGE}/confirm", json={"code": digits})
    assert code(there) == (422, "wrong_code")
    assert ada.browser.post(f"{CHANGE}/confirm", json={"code": digits}).status_code == 200


def test_five_wrong_codes_are_all_that_may_be_tried_and_the_link_still_works(ada: Person, mailbox: Mailbox) -> None:
    ask(ada.browser, NEW)
    digits = mailbox.code(NEW)
    wrong = "000000" if digits != "000000" else "000001"
    for _ in range(5):
        assert code(ada.browser.post(f"{CHANGE}/confirm", json={"code": wrong})) == (422, "wrong_code")
    with later(minutes=1):  # what the limits on guessing ask for
        assert code(ada.browser.post(f"{CHANGE}/confirm", json={"code": digits})) == (422, "wrong_code")
        assert confirm(ada.browser, mailbox.token(NEW)).status_code == 200


def test_a_taken_address_is_answered_alike_and_only_its_owner_hears_of_it(
    ada: Person, person: Callable[..., Person], mailbox: Mailbox
) -> None:
    eve = person("eve@example.com")
    with later(seconds=0):
        free, taken = ask(ada.browser, "nob@example.com"), ask(ada.browser, eve.email)
        assert free.status_code == taken.status_code == 202
        assert taken.text.replace("eve@", "nob@") == free.text
        assert ada.browser.get(CHANGE).text.replace("eve@", "nob@") == free.text
    assert mailbox.subjects(eve.email) == ["Somebody wanted to use your address at Flaskport"]
    told = mail.text_of(mailbox.latest(eve.email))
    assert "token" not in told
    assert ada.email not in told, "not even masked"
    assert mailbox.subjects("nob@example.com") == [], "a newer wish has ended that"


def test_what_was_taken_before_the_confirmation_stays_with_who_took_it(
    ada: Person, person: Callable[..., Person], mailbox: Mailbox
) -> None:
    ask(ada.browser, NEW)
    token = mailbox.token(NEW)
    person(NEW)
    assert code(confirm(ada.browser, token)) == (409, "email_taken")
    assert address_of(ada) == "ada@example.com"
    assert code(confirm(ada.browser, token)) == (409, "email_taken"), "nothing was used up"


def test_a_newer_wish_voids_the_older_whichever_mail_was_sent_first(ada: Person, mailbox: Mailbox) -> None:
    ask(ada.browser, "first@example.org")
    first = mailbox.token("first@example.org")
    ask(ada.browser, "second@example.org")
    assert code(confirm(ada.browser, first)) == (410, "link_over"), "also before the newer mail is sent"
    second = mailbox.token("second@example.org")
    assert code(confirm(ada.browser, first)) == (410, "link_over")
    assert confirm(ada.browser, second).status_code == 200
    assert address_of(ada) == "second@example.org"


def test_another_account_confirms_nothing_and_uses_nothing_up(
    ada: Person, person: Callable[..., Person], browser: Browser, mailbox: Mailbox
) -> None:
    """Whoever wants a stranger to confirm for them gets nothing by it: that one is not signed in to their account."""
    eve = person("eve@example.com")
    ask(eve.browser, NEW)
    token = mailbox.token(NEW)
    assert confirm(browser, token).status_code == 401
    assert code(confirm(ada.browser, token)) == (403, "other_account")
    assert confirm(eve.browser, token).status_code == 200


def test_a_session_that_is_not_fresh_asks_for_nothing_until_it_is(ada: Person, mailbox: Mailbox) -> None:
    with later(minutes=14):
        assert code(ask(ada.browser, NEW)) == (403, "fresh_required")
        assert mailbox.all() == []
        assert ada.browser.post("/auth/confirm", json={"password": PASSWORD}).status_code == 204
        assert ask(ada.browser, NEW).status_code == 202


@pytest.mark.needs("api_keys")
def test_a_key_of_a_program_changes_no_address_and_outlives_the_change(
    ada: Person, browser: Browser, move: Callable[..., str]
) -> None:
    made = ada.browser.post("/auth/keys", json={"name": "backup"}).json or {}
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert browser.post(CHANGE, json={"email": NEW}, headers=headers).status_code in {401, 403}
    move(ada, ada.email, NEW)
    assert (browser.get("/api/profile", headers=headers).json or {})["email"] == NEW


def test_after_an_hour_the_link_is_over_and_pruned(app: Flask, ada: Person, mailbox: Mailbox) -> None:
    ask(ada.browser, NEW)
    token = mailbox.token(NEW)
    with later(hours=1, seconds=1):
        ada.browser.sign_in(ada.email)
        assert code(confirm(ada.browser, token)) == (410, "link_over")
        assert ada.browser.get(CHANGE).json == {"pending": None}
        assert app.test_cli_runner().invoke(args=["prune"]).exit_code == 0


def test_who_keeps_the_address_voids_link_and_code(ada: Person, mailbox: Mailbox) -> None:
    ask(ada.browser, NEW)
    token, digits = mailbox.token(NEW), mailbox.code(NEW)
    assert ada.browser.delete(CHANGE).status_code == 204
    assert ada.browser.delete(CHANGE).status_code == 204
    assert code(confirm(ada.browser, token)) == (410, "link_over")
    assert code(ada.browser.post(f"{CHANGE}/confirm", json={"code": digits})) == (422, "wrong_code")


def test_another_password_voids_what_was_asked_for_with_the_old_one(app: Flask, ada: Person, mailbox: Mailbox) -> None:
    ask(ada.browser, NEW)
    token = mailbox.token(NEW)
    ask(ada.browser, "later@example.org")  # and what is still to be sent
    with app.app_context():
        accounts.set_password(ada.email, "battery staple, correct")
        assert mailbox.subjects("later@example.org") == []
        assert outbox.counts()["needless"] == 1
    ada.browser.post("/auth/login", json={"email": ada.email, "password": "battery staple, correct"})
    assert code(confirm(ada.browser, token)) == (410, "link_over")


def test_a_change_voids_every_other_secret_of_the_person(app: Flask, ada: Person, move: Callable[..., str]) -> None:

    with app.app_context():
        user_id = accounts.get(ada.email).id
        reset = one_time.mail("password_reset", dt.timedelta(hours=1), user_id=user_id).token
    move(ada, ada.email, NEW)
    with app.app_context():
        assert one_time.find(reset, "password_reset") is None
