"""What may be asked for, and how much; who only looks changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.extensions import db
from tests.client import Browser, Person
from tests.features.email_change.mailbox import CHANGE, Mailbox, ask, confirm
from tests.people import signed_in
from tests.words import code

NEW = "ada@example.org"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com\nX: y",
        "x" * 250 + "@example.com",
    ],
)
def test_what_is_no_address_or_carries_a_header_is_refused(ada: Person, mailbox: Mailbox, address: str) -> None:
    refused = ask(ada.browser, address)
    assert code(refused) == (422, "validation_failed")
    assert list((refused.json or {})["errors"]) == ["email"]
    assert mailbox.all() == []


def test_ones_own_address_is_no_change_but_another_spelling_is(ada: Person, move: Callable[..., str]) -> None:
    assert code(ask(ada.browser, ada.email)) == (422, "validation_failed")
    move(ada, ada.email, "Ada@example.com")
    assert (ada.browser.get("/api/profile").json or {})["email"] == "Ada@example.com"


def test_neither_both_nor_none_of_token_and_code_is_brought(ada: Person) -> None:
    for body in ({}, {"token": "x", "code": "1"}, {"token": ""}, {"token": "x" * 201}, {"token": "x", "more": 1}):
        assert code(ada.browser.post(f"{CHANGE}/confirm", json=body)) == (422, "validation_failed")


def test_who_only_looks_uses_nothing_up(ada: Person, browser: Browser, mailbox: Mailbox) -> None:
    """Scanners of mails open links, and ask with HEAD: the secret is in the fragment, which they do not even send."""
    ask(ada.browser, NEW)
    token = mailbox.token(NEW)
    for path in ("/change-email", "/undo-email-change"):
        assert browser.get(f"{path}?token={token}").status_code == 200
        assert browser.head(f"{path}?token={token}").status_code == 200
        assert token not in browser.get(f"{path}?token={token}").text
    assert browser.get(f"{CHANGE}/confirm").status_code == 405
    assert confirm(ada.browser, token).status_code == 200


def test_a_disabled_account_is_mailed_nothing(app: Flask, ada: Person, mailbox: Mailbox) -> None:
    ask(ada.browser, NEW)
    with app.app_context():
        accounts.set_active(ada.email, False)
    assert mailbox.subjects(NEW) == []


@pytest.mark.needs("throttle")
def test_nobody_mails_to_ever_more_strangers(make_app: Callable[..., Flask]) -> None:

    eve = signed_in(make_app(variables={"THROTTLE_MAILS_PER_ADDRESS": "6"}), "eve@example.com", "user")
    answers = [ask(eve.browser, f"stranger{number}@example.org").status_code for number in range(5)]
    assert answers == [202, 202, 202, 429, 429]


def test_without_a_mail_server_nobody_waits_for_a_mail(make_app: Callable[..., Flask]) -> None:

    app = make_app()
    app.extensions.pop("flaskport.mail_send")
    ada = signed_in(app, "ada@example.com", "user")
    assert code(ask(ada.browser, NEW)) == (503, "mail_not_set_up")


def test_the_address_of_an_unverified_account_is_proved_by_a_change(
    app: Flask, person: Callable[..., Person], mailbox: Mailbox
) -> None:
    eve = person("typo@example.com")
    ask(eve.browser, "eve@example.com")
    assert confirm(eve.browser, mailbox.token("eve@example.com")).status_code == 200
    with app.app_context():
        assert accounts.get("eve@example.com").email_verified_at is not None


@pytest.mark.needs("invitations")
def test_domains_that_nobody_registers_with_are_no_new_addresses_either(make_app: Callable[..., Flask]) -> None:
    """Whoever is in may change it also where nobody can register."""
    app = make_app(variables={"REGISTRATION": "closed", "REGISTRATION_DOMAINS": "example.com"})
    ada = signed_in(app, "ada@example.com", "user")
    refused = ask(ada.browser, NEW)
    assert code(refused) == (422, "validation_failed")
    assert (refused.json or {})["facts"]["reasons"] == {"email": ["domain_not_allowed"]}
    assert ask(ada.browser, "lovelace@example.com").status_code == 202


@pytest.mark.needs("throttle")
@pytest.mark.usefixtures("now")
def test_neither_wrong_codes_nor_the_work_tell_whether_an_address_is_taken(
    app: Flask, ada: Person, person: Callable[..., Person], mailbox: Mailbox
) -> None:
    eve = person("eve@example.com")
    bob, told = person("bob@example.com"), []
    for who, address in ((ada, "nobody@example.com"), (bob, eve.email)):
        codes = []
        for _ in range(2):
            with statements(app) as done:
                assert ask(who.browser, address).status_code == 202
            mailbox.all()
            codes += [code(who.browser.post(f"{CHANGE}/confirm", json={"code": "nonsense"})) for _ in range(6)]
        told.append((done, codes))
    assert told[0] == told[1]
    assert (429, "too_many_attempts") in told[0][1]


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is sent to the database, without the values."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", note)
