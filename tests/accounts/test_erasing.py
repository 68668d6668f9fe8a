"""Whoever deletes their account has some days in which signing in stops that; then all of theirs is gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import accounts
from app.accounts import User, changing_address, erasing
from app.accounts.events import AccountClosed
from app.accounts.personal_events import ErasureBegun, ErasureStopped
from app.core import clock, mail
from app.core.database import reading, transaction
from app.core.events import Event, on
from app.extensions import Base, db
from app.features.api_keys import service as keys
from tests.client import PASSWORD, Browser, browser_of
from tests.feature_kit.rows import models_in_order, owners_of, row_of
from tests.features.assurance.toys import toys_in

EMAIL = "ada@example.com"
DAYS = dt.timedelta(days=7)
KEPT = {"audit": "what happened is kept, by the id, and without anything that says whose it is"}
"""Tables in which the id of somebody who is gone may stand, by the beginning of their names, with the reason."""


@pytest.fixture
def ada(app: Flask) -> Browser:
    browser = browser_of(app)
    browser.register(EMAIL, name="Ada Lovelace")
    browser.sign_in(EMAIL)
    return browser


def leave(browser: Browser) -> dt.datetime:
    answer = browser.delete("/api/profile", json={"password": PASSWORD})
    assert answer.status_code == 202, answer.text
    return dt.datetime.fromisoformat((answer.json or {})["erase_at"])


def is_there(app: Flask, email: str = EMAIL) -> bool:
    with app.app_context():
        return accounts.find(email) is not None


def prune_at(app: Flask, moment: dt.datetime) -> int:
    with app.app_context(), time_machine.travel(moment, tick=False):
        return erasing.prune()


def test_it_is_gone_when_the_days_are_over_and_not_before(app: Flask, ada: Browser) -> None:
    erase_at = leave(ada)
    assert abs(erase_at - clock.now() - DAYS) < dt.timedelta(minutes=1)
    assert prune_at(app, erase_at - dt.timedelta(seconds=1)) == 0
    assert is_there(app)
    assert prune_at(app, erase_at + dt.timedelta(seconds=1)) == 1
    assert not is_there(app)


def test_they_are_signed_out_everywhere(app: Flask, ada: Browser) -> None:
    other = browser_of(app)
    other.sign_in(EMAIL)
    leave(ada)
    assert [each.get("/api/profile").status_code for each in (ada, other)] == [401, 401]
    assert other.post("/auth/refresh").status_code == 401


def test_signing_in_keeps_it(app: Flask, ada: Browser) -> None:
    erase_at = leave(ada)
    browser_of(app).sign_in(EMAIL)
    assert prune_at(app, erase_at + DAYS) == 0
    assert is_there(app)


def test_a_wrong_password_keeps_nothing(app: Flask, ada: Browser) -> None:
    erase_at = leave(ada)
    answer = browser_of(app).post("/auth/login", json={"email": EMAIL, "password": "wrong password"})
    assert answer.status_code == 401
    assert prune_at(app, erase_at + DAYS) == 1


@pytest.mark.needs("assurance")
def test_whoever_has_a_second_factor_keeps_it_by_that(make_app: Callable[..., Flask]) -> None:
    toys = toys_in(make_app())
    with toys.app.app_context():
        accounts.register(EMAIL, PASSWORD)
        accounts.close(EMAIL)
    toys.enrol(EMAIL)
    first = browser_of(toys.app).post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
    assert first.status_code == 202
    with toys.app.app_context():
        assert erasing.is_closing(EMAIL)
    toys.signed_in(EMAIL)
    with toys.app.app_context():
        assert not erasing.is_closing(EMAIL)


@pytest.mark.needs("api_keys")
def test_programs_are_shut_out_and_their_keys_come_back_with_it(app: Flask, ada: Browser) -> None:
    with app.app_context():
        _, text = keys.create(accounts.get(EMAIL).id, "backup")
    program = {"Authorization": f"Bearer {text}"}
    assert browser_of(app).get("/api/profile", headers=program).status_code == 200
    leave(ada)
    assert browser_of(app).get("/api/profile", headers=program).status_code == 401
    browser_of(app).sign_in(EMAIL)
    assert browser_of(app).get("/api/profile", headers=program).status_code == 200


@pytest.mark.needs("basic")
def test_a_password_with_a_request_is_no_sign_in(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"BASIC_AUTH": "true"})
    with app.app_context():
        accounts.register(EMAIL, PASSWORD)
        script = browser_of(app)
        assert script.get("/api/profile", auth=(EMAIL, PASSWORD)).status_code == 200
        accounts.close(EMAIL)
        assert script.get("/api/profile", auth=(EMAIL, PASSWORD)).status_code == 401
        assert erasing.is_closing(EMAIL)


def test_whoever_takes_the_account_back_keeps_it(app: Flask, ada: Browser) -> None:
    """A thief who has changed the address, and deletes the account, has not got rid of its owner."""
    with app.app_context():
        accounts.mark_verified(EMAIL)
        changed = accounts.change_email(EMAIL, "thief@example.com", proved=True, way_back=dt.timedelta(hours=72))
        accounts.close("thief@example.com")
        assert changed.former is not None
        changing_address.take_back(changed.former)
        assert not erasing.is_closing(EMAIL)


def test_again_is_no_later(app: Flask, ada: Browser) -> None:
    first = leave(ada)
    with app.app_context(), time_machine.travel(clock.now() + dt.timedelta(days=2), tick=False):
        again = accounts.close(EMAIL)
    assert clock.iso(again) == clock.iso(first)


def test_the_last_admin_stays_and_one_who_leaves_is_none(app: Flask) -> None:
    with app.app_context():
        accounts.register(EMAIL, PASSWORD, role="admin")
        accounts.register("bob@example.com", PASSWORD, role="admin")
        assert accounts.close(EMAIL) is not None
        with pytest.raises(accounts.LAST_ADMIN):
            accounts.close("bob@example.com")
        erase_at = clock.now() + DAYS
    assert prune_at(app, erase_at + DAYS) == 1


def test_without_days_it_is_gone_at_once(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"ERASURE_GRACE_DAYS": "0"})
    browser = browser_of(app)
    browser.register(EMAIL)
    browser.sign_in(EMAIL)
    assert browser.delete("/api/profile", json={"password": PASSWORD}).status_code == 204
    assert not is_there(app)
    assert '"closing-account"' in browser.get("/account").text
    assert "There is no way back" in browser.get("/account").text


def test_what_happens_is_announced_as_the_owners(make_app: Callable[..., Flask]) -> None:
    app, heard = make_app(), list[Event]()
    for kind in (ErasureBegun, ErasureStopped, AccountClosed):
        on(app, kind, heard.append)
    browser = browser_of(app)
    browser.register(EMAIL)
    browser.sign_in(EMAIL)
    leave(browser)
    browser.sign_in(EMAIL)
    erase_at = leave(browser)
    prune_at(app, erase_at + DAYS)
    assert [(type(each).__name__, each.by) for each in heard] == [
        ("ErasureBegun", "owner"),
        ("ErasureStopped", "owner"),
        ("ErasureBegun", "owner"),
        ("AccountClosed", "owner"),
    ]


def subjects_sent(app: Flask) -> list[str]:
    """Since the last time."""
    with app.app_context():
        before = len(mail.memory(app))
        mail.deliver_due()
        return [str(message["Subject"]) for message in mail.memory(app)[before:]]


@pytest.mark.needs("notices")
def test_mails_say_that_it_stays_and_that_it_is_gone(app: Flask, ada: Browser) -> None:
    leave(ada)
    subjects_sent(app)
    browser_of(app).sign_in(EMAIL)
    assert "Your Flaskport account is kept" in subjects_sent(app)
    with app.app_context():
        accounts.close(EMAIL)
    with time_machine.travel(clock.now() + 2 * DAYS, tick=False):
        assert prune_at(app, clock.now()) == 1
        assert subjects_sent(app) == ["Your Flaskport account was deleted"]


@pytest.mark.needs("notices")
def test_the_mail_says_when(app: Flask, ada: Browser) -> None:
    erase_at = leave(ada)
    with app.app_context():
        mail.deliver_due()
        last = mail.memory(app)[-1]
    assert str(last["Subject"]) == "Your Flaskport account is going to be deleted"
    assert f"At {erase_at:%Y-%m-%d %H:%M} UTC it is gone" in " ".join(mail.text_of(last).split())


def test_nothing_of_theirs_is_left_in_any_table(app: Flask) -> None:
    """But for what KEPT names, no row has their id, address or name."""
    with app.app_context():
        user = accounts.register(EMAIL, PASSWORD, "Ada Lovelace")
        owner = user.id
        of_people = [model for model in models_in_order() if model is not User and owners_of(model)]
        assert len(of_people) > 10
        for model in of_people:
            with transaction():
                db.session.add(row_of(model, owner))
        accounts.delete(owner)
        left = {
            table.name
            for table in Base.metadata.sorted_tables
            for row in db.session.execute(sa.select(table))
            if any(word in str(tuple(row)) for word in (str(owner), owner.hex, EMAIL, "Lovelace"))
        }
    unexplained = {name for name in left if not any(name.startswith(word) for word in KEPT)}
    assert unexplained - {"outbox"} == set()
    with app.app_context(), reading() as connection:
        outbox = Base.metadata.tables["outbox"]
        kinds = connection.scalars(sa.select(outbox.c.kind).where(outbox.c.user_id == owner)).all()
    assert set(kinds) <= {"notice"}, "the mail that says so"
