"""The link to the old address: it gives the owner the account back, whatever a thief has done meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts, one_time
from app.accounts.events import AccountSecured, CredentialsChanged, EmailChanged
from app.accounts.mailed import PASSWORD_RESET
from app.core import mail
from app.core.database import transaction
from app.core.events import on
from app.extensions import db
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.features.email_change.mailbox import CHANGE, Mailbox, ask, confirm, token_in, undo, verified
from tests.people import signed_in
from tests.words import code, later

OLD, THIEF, THIEF_2 = "ada@example.com", "thief@example.org", "thief2@example.org"


def test_the_old_address_is_told_and_its_link_ends_all_that_lets_anybody_in(
    app: Flask, ada: Person, browser: Browser, mailbox: Mailbox, move: Callable[..., str]
) -> None:
    token = move(ada, OLD, THIEF)
    assert mailbox.subjects(OLD) == ["Your address at Flaskport was changed"]
    assert THIEF not in mail.text_of(mailbox.latest(OLD)), "whom it belongs to is not told"
    ask(ada.browser, THIEF_2)
    pending = mailbox.token(THIEF_2)

    undone = undo(browser, token)
    assert undone.status_code == 200
    assert code(ada.browser.get("/api/profile")) == (401, "token_revoked")
    for email in (OLD, THIEF):
        fields = {"email": email, "password": PASSWORD}
        assert code(browser.post("/auth/login", json=fields)) == (401, "invalid_credentials")
    with app.app_context():
        user = accounts.get(OLD)
        assert (str(user.id), user.password_hash) == (ada.id, None)
        assert user.email_verified_at is not None
        found = one_time.find((undone.json or {})["reset_token"], PASSWORD_RESET)
        assert found is not None
        assert (found.user_id, found.payload) == (user.id, {"address": OLD})
        assert one_time.find(pending, "email_change") is None
    assert mailbox.subjects(THIEF)[-1] == "Your address at Flaskport was changed back"
    assert "token" not in mail.text_of(mailbox.latest(THIEF))
    assert code(undo(browser, token)) == (410, "link_over"), "once"


def test_who_changes_twice_keeps_the_first_owner_out_no_longer(
    app: Flask, ada: Person, browser: Browser, move: Callable[..., str]
) -> None:
    """A thief who moves on, and sets another password in between, and so voids all other secrets."""
    owners = move(ada, OLD, THIEF)
    assert (
        ada.browser.post(
            "/auth/password", json={"current_password": PASSWORD, "new_password": "battery staple, correct"}
        ).status_code
        == 204
    )
    thiefs = move(ada, THIEF, THIEF_2)
    assert undo(browser, owners).status_code == 200
    assert code(undo(browser, thiefs)) == (410, "link_over"), "the owner's word is the last"
    with app.app_context():
        assert str(accounts.get(OLD).id) == ada.id
        assert accounts.find(THIEF) is accounts.find(THIEF_2) is None


def test_who_took_back_a_later_address_can_be_overruled_by_the_earlier_owner(
    app: Flask, ada: Person, browser: Browser, move: Callable[..., str]
) -> None:
    owners, thiefs = move(ada, OLD, THIEF), move(ada, THIEF, THIEF_2)
    assert undo(browser, thiefs).status_code == 200
    assert undo(browser, owners).status_code == 200
    with app.app_context():
        assert str(accounts.get(OLD).id) == ada.id


def test_the_mail_that_is_sent_twice_has_two_links_of_which_one_is_used(
    app: Flask, ada: Person, browser: Browser, mailbox: Mailbox, move: Callable[..., str]
) -> None:
    """A worker that dies after it has sent a mail: another one sends it again."""
    first = move(ada, OLD, THIEF)
    with app.app_context():
        former = one_time.find(first, one_time.rescuing("email_change"))
        assert former is not None
        mail.queue("email_changed", user_id=accounts.get(THIEF).id, address=OLD, payload=dict(former.payload))
    second = mailbox.token(OLD)
    assert first != second
    assert undo(browser, first).status_code == 200
    assert code(undo(browser, second)) == (410, "link_over")


@pytest.mark.parametrize(("hours", "answer"), [(71.9, 200), (72.1, 410)])
def test_the_way_back_is_open_for_72_hours(
    app: Flask, ada: Person, browser: Browser, move: Callable[..., str], hours: float, answer: int
) -> None:
    token = move(ada, OLD, THIEF)
    with later(hours=hours):
        assert undo(browser, token).status_code == answer
        assert app.test_cli_runner().invoke(args=["prune"]).exit_code == 0


def test_nobody_gets_the_address_while_its_owner_may_come_back(
    app: Flask, ada: Person, browser: Browser, person: Callable[..., Person], mailbox: Mailbox, move: Callable[..., str]
) -> None:
    move(ada, OLD, THIEF)
    with app.app_context():
        assert accounts.find(OLD) is None
    fields = {"email": OLD, "password": "battery staple, correct"}
    assert code(browser.post("/auth/register", json=fields)) == (409, "email_taken")
    eve = person("eve@example.com")
    assert ask(eve.browser, OLD).status_code == 202
    assert mailbox.subjects(OLD)[-1] == "Somebody wanted to use your address at Flaskport"
    with later(hours=72.1):
        assert browser.post("/auth/register", json=fields).status_code == 201


def test_ones_own_former_address_can_be_had_again_by_an_ordinary_change(ada: Person, move: Callable[..., str]) -> None:
    move(ada, OLD, THIEF)
    move(ada, THIEF, OLD)


def test_a_mailbox_that_nobody_had_confirmed_is_told_and_gets_no_way_back(
    app: Flask, person: Callable[..., Person], browser: Browser, mailbox: Mailbox
) -> None:
    """Whoever mistyped their address and mends it must not hand their account to the stranger who reads it."""
    eve = person("typo@example.com")
    ask(eve.browser, "eve@example.com")
    assert confirm(eve.browser, mailbox.token("eve@example.com")).status_code == 200
    told = mail.text_of(mailbox.latest("typo@example.com"))
    assert "token" not in told
    assert "Nobody had confirmed" in told
    assert browser.register("typo@example.com")["email"] == "typo@example.com", "nor is it held for them"
    with app.app_context():
        assert accounts.get("eve@example.com").email_verified_at is not None


def test_a_link_of_another_kind_undoes_nothing(ada: Person, browser: Browser, mailbox: Mailbox) -> None:
    ask(ada.browser, THIEF)
    assert code(undo(browser, mailbox.token(THIEF))) == (410, "link_over")
    assert code(undo(browser, "nonsense")) == (410, "link_over")
    for body in ({}, {"token": ""}, {"token": 1}, {"token": "x", "email": OLD}):
        assert code(browser.post(f"{CHANGE}/undo", json=body)) == (422, "validation_failed")


@pytest.mark.needs("api_keys")
def test_a_thiefs_key_ends_with_the_rest(ada: Person, browser: Browser, move: Callable[..., str]) -> None:
    made = ada.browser.post("/auth/keys", json={"name": "thief"}).json or {}
    token = move(ada, OLD, THIEF)
    assert undo(browser, token).status_code == 200
    refused = browser.get("/api/profile", headers={"Authorization": f"Bearer {made['key']}"})
    assert code(refused) == (401, "invalid_api_key")


def test_a_banned_account_gets_its_address_back_and_stays_banned(
    app: Flask, ada: Person, browser: Browser, move: Callable[..., str]
) -> None:
    token = move(ada, OLD, THIEF)
    with app.app_context():
        accounts.ban(THIEF, "Spam.")
    assert undo(browser, token).status_code == 200
    with app.app_context():
        assert accounts.get(OLD).status == "banned"


def test_a_deleted_account_has_no_way_back(app: Flask, ada: Person, browser: Browser, move: Callable[..., str]) -> None:
    token = move(ada, OLD, THIEF)
    with app.app_context():
        accounts.delete(THIEF)
    assert code(undo(browser, token)) == (410, "link_over")
    assert browser.register(OLD)["email"] == OLD


def test_an_address_that_somebody_got_past_us_is_not_taken_from_them(
    app: Flask, ada: Person, browser: Browser, move: Callable[..., str]
) -> None:

    token = move(ada, OLD, THIEF)
    with app.app_context(), transaction():
        db.session.add(accounts.User.new(OLD, OLD))
    assert code(undo(browser, token)) == (409, "email_taken")
    assert ada.browser.get("/api/profile").status_code == 200, "nothing else was done"
    with app.app_context():
        accounts.delete(OLD)
    assert undo(browser, token).status_code == 200, "the link is still good"


def test_what_happens_is_announced_and_no_event_holds_an_address(
    make_app: Callable[..., Flask], mailbox: Mailbox
) -> None:

    del mailbox
    app = make_app()
    heard: list[CredentialsChanged] = []
    on(app, CredentialsChanged, heard.append)
    ada, box = signed_in(app, OLD, "user"), Mailbox(app)
    verified(app, OLD)
    ask(ada.browser, THIEF)
    confirm(ada.browser, box.token(THIEF))
    undo(browser_of(app), token_in(box.latest(OLD)))
    assert [type(event) for event in heard] == [EmailChanged, AccountSecured, EmailChanged]
    changed, _, back = heard
    assert isinstance(changed, EmailChanged)
    assert isinstance(back, EmailChanged)
    assert (changed.by, changed.taken_back, back.by, back.taken_back) == ("owner", False, None, True)
    assert "example" not in repr(heard)
