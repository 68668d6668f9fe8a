"""Secrets that are mailed: a link and a code, of which either uses up the other."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import accounts, one_time
from app.accounts.service import locked
from app.core import clock
from app.core.database import transaction
from app.extensions import db
from tests.client import PASSWORD

PURPOSE = "try this"
AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture
def ada(context: Flask) -> uuid.UUID:
    del context
    return accounts.register("ada@example.com", PASSWORD).id


def handle(browser: str = "a browser") -> str:
    return one_time.handle_of(PURPOSE, browser)


def other_than(code: str | None) -> str:
    return f"{(int(code or '0') + 1) % 10**6:06}"


def test_the_link_is_found_as_often_as_one_likes_and_used_once(ada: uuid.UUID) -> None:
    token = one_time.mail(PURPOSE, AN_HOUR, user_id=ada, payload={"wish": 1}).token
    found = [one_time.find(token, PURPOSE) for _ in range(2)]
    assert found[0] == found[1]
    assert found[0] is not None
    assert (found[0].user_id, found[0].payload) == (ada, {"wish": 1})
    assert [one_time.use(found[0]), one_time.use(found[0])] == [True, False]
    assert one_time.find(token, PURPOSE) is None


def test_a_secret_is_for_one_purpose_and_for_its_time(ada: uuid.UUID) -> None:
    token = one_time.mail(PURPOSE, AN_HOUR, user_id=ada).token
    assert one_time.find(token, "another") is None
    with time_machine.travel(clock.now() + AN_HOUR, tick=False):
        assert one_time.find(token, PURPOSE) is None


def test_the_code_is_good_in_the_browser_that_asked_and_uses_up_the_link(ada: uuid.UUID) -> None:
    mailed = one_time.mail(PURPOSE, AN_HOUR, user_id=ada, handle=handle())
    assert mailed.code is not None
    assert one_time.try_code(handle("another browser"), mailed.code, PURPOSE) is None
    found = one_time.try_code(handle(), mailed.code, PURPOSE)
    assert found is not None
    assert one_time.use(found)
    assert one_time.find(mailed.token, PURPOSE) is None


def test_without_a_browser_there_is_no_code(ada: uuid.UUID) -> None:
    assert one_time.mail(PURPOSE, AN_HOUR, user_id=ada).code is None


def test_five_wrong_codes_are_judged_and_then_not_even_the_right_one(ada: uuid.UUID) -> None:
    mailed = one_time.mail(PURPOSE, AN_HOUR, user_id=ada, handle=handle())
    for _ in range(5):
        assert one_time.try_code(handle(), other_than(mailed.code), PURPOSE) is None
    assert one_time.try_code(handle(), mailed.code or "", PURPOSE) is None
    assert one_time.find(mailed.token, PURPOSE) is not None, "the link goes on"


def test_a_code_lasts_ten_minutes_and_the_link_an_hour(ada: uuid.UUID) -> None:
    mailed = one_time.mail(PURPOSE, AN_HOUR, user_id=ada, handle=handle())
    with time_machine.travel(clock.now() + dt.timedelta(minutes=10), tick=False):
        assert one_time.try_code(handle(), mailed.code or "", PURPOSE) is None
        assert one_time.find(mailed.token, PURPOSE) is not None


def test_a_newer_one_voids_the_older_of_the_same_person_and_of_the_same_browser(ada: uuid.UUID) -> None:
    eve = accounts.register("eve@example.com", PASSWORD).id
    of_ada = one_time.mail(PURPOSE, AN_HOUR, user_id=ada, handle=handle())
    elsewhere = one_time.mail("another", AN_HOUR, user_id=ada)
    again = one_time.mail(PURPOSE, AN_HOUR, user_id=ada, handle=handle("her telephone"))
    assert one_time.find(of_ada.token, PURPOSE) is None
    of_eve = one_time.mail(PURPOSE, AN_HOUR, user_id=eve, handle=handle("her telephone"))
    assert one_time.find(again.token, PURPOSE) is None
    assert one_time.find(of_eve.token, PURPOSE) is not None
    assert one_time.find(elsewhere.token, "another") is not None


def test_an_address_that_nobody_has_is_held_as_one_that_somebody_has(ada: uuid.UUID) -> None:
    one_time.mail(PURPOSE, AN_HOUR, user_id=ada, address="ada@example.com", handle=handle())
    one_time.mail(PURPOSE, AN_HOUR, address="nobody@example.com", handle=handle("another"))
    assert one_time.holder(handle(), PURPOSE) == one_time.Holder(ada, "ada@example.com")
    assert one_time.holder(handle("another"), PURPOSE) == one_time.Holder(None, "nobody@example.com")


def test_a_change_of_the_password_voids_them(ada: uuid.UUID) -> None:
    token = one_time.mail(PURPOSE, AN_HOUR, user_id=ada).token
    accounts.set_password(ada, "another fine password")
    assert one_time.find(token, PURPOSE) is None


def test_of_twenty_who_bring_a_link_at_once_one_is_let_in(app: Flask, ada: uuid.UUID) -> None:
    token = one_time.mail(PURPOSE, AN_HOUR, user_id=ada).token

    def bring(_: int) -> bool:
        with app.app_context():
            found = one_time.find(token, PURPOSE)
            if found is None:
                return False
            with transaction():
                return one_time.use(found)

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(bring, range(20))).count(True) == 1


def test_whoever_makes_a_secret_and_whoever_voids_it_do_not_wait_in_a_circle(app: Flask, ada: uuid.UUID) -> None:
    one_time.mail(PURPOSE, AN_HOUR, user_id=ada)

    def make() -> None:
        with app.app_context():
            one_time.mail(PURPOSE, AN_HOUR, user_id=ada)

    with ThreadPoolExecutor(1) as pool:
        with transaction():
            locked(ada)
            made = pool.submit(make)
            time.sleep(0.3)  # it has come as far as it can
            assert one_time.void_all(ada) == 1
        made.result()


def test_the_database_holds_neither_the_token_nor_the_code(ada: uuid.UUID) -> None:
    mailed = one_time.mail(PURPOSE, AN_HOUR, user_id=ada, handle=handle())
    rows = db.session.scalars(sa.select(one_time.OneTime)).all()
    kept = " ".join(str(vars(row)) for row in rows)
    assert mailed.token not in kept
    assert f"'{mailed.code}'" not in kept
