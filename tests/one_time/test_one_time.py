"""Secrets that are good for one use: one wins, all of a person's can be ended, a rollback gives them back."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts, one_time
from app.accounts import User
from app.core import clock
from app.core.database import transaction
from app.extensions import db
from app.one_time import OneTime, Redeemed
from tests.client import PASSWORD
from tests.words import later

AT_ONCE = 12
AN_HOUR = dt.timedelta(hours=1)
NOTHING = Redeemed(None, {})


@pytest.fixture
def ada(context: Flask) -> User:
    del context
    return accounts.register("ada@example.com", PASSWORD)


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(OneTime)) or 0


def test_it_is_redeemed_once_and_says_whose_it_is_and_what_was_known(ada: User) -> None:
    payload = {"email": "new@example.com", "done": ["local"], "remember": True}
    one_time.issue("secret", "verify", AN_HOUR, user_id=ada.id, payload=payload)

    assert one_time.redeem("secret", "verify") == Redeemed(ada.id, payload)
    assert one_time.redeem("secret", "verify") is None


def test_it_may_be_nobodys_and_say_nothing(context: Flask) -> None:
    del context
    one_time.issue("secret", "verify", AN_HOUR)

    assert one_time.redeem("secret", "verify") == NOTHING


def test_the_wrong_secret_purpose_or_browser_uses_nothing_up(context: Flask) -> None:
    del context
    one_time.issue("secret", "verify", AN_HOUR, bound_to="cookie")

    assert one_time.redeem("another", "verify", bound_to="cookie") is None
    assert one_time.redeem("secret", "reset", bound_to="cookie") is None
    assert one_time.redeem("secret", "verify", bound_to="another") is None
    assert one_time.redeem("secret", "verify") is None
    assert one_time.redeem("secret", "verify", bound_to="cookie") == NOTHING


def test_what_has_expired_is_redeemed_by_nobody_and_pruned(context: Flask) -> None:
    del context
    one_time.issue("secret", "verify", AN_HOUR)

    with later(hours=1):
        assert one_time.redeem("secret", "verify") is None
        assert (one_time.prune(), one_time.prune()) == (1, 0)


def at_once(app: Flask, call: Callable[[], bool]) -> list[bool]:
    """What each of many threads is answered that begin as nearly together as they can."""
    start = threading.Barrier(AT_ONCE)

    def run(_: int) -> bool:
        with app.app_context():
            start.wait()
            return call()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_of_many_who_redeem_it_at_once_exactly_one_wins(context: Flask) -> None:
    for number in range(5):
        one_time.issue(f"secret {number}", "verify", AN_HOUR)
        won = at_once(context, lambda number=number: one_time.redeem(f"secret {number}", "verify") is not None)  # type: ignore[misc]
        assert sorted(won) == [False] * (AT_ONCE - 1) + [True]


def test_what_was_never_issued_is_spent_once_also_by_many_at_once_and_forgotten_in_time(context: Flask) -> None:
    until = clock.now() + AN_HOUR

    assert sorted(at_once(context, lambda: one_time.spend("signed", "puzzle", until))) == [False] * 11 + [True]
    assert one_time.redeem("signed", "puzzle") is None
    with later(hours=1):
        assert one_time.prune() == 1


def test_of_many_who_redeem_it_in_transactions_exactly_one_changes_something(context: Flask, ada: User) -> None:
    ada_id = ada.id

    def redeem_and_count() -> bool:
        with transaction():
            redeemed = one_time.redeem("secret", "count")
            if redeemed is None:
                return False
            user = accounts.get(redeemed.user_id or uuid.UUID(int=0))
            user.name = str(int(user.name or 0) + 1)
            return True

    one_time.issue("secret", "count", AN_HOUR, user_id=ada_id)
    assert sum(at_once(context, redeem_and_count)) == 1
    db.session.expire_all()
    assert accounts.get(ada_id).name == "1"


def test_who_waits_for_a_redemption_that_fails_has_it(context: Flask) -> None:
    redeemed, undone = threading.Event(), threading.Event()

    class Undone(Exception):
        pass

    def fail() -> None:
        with context.app_context(), transaction():
            assert one_time.redeem("secret", "verify") is not None
            redeemed.set()
            undone.wait(0.3)  # meanwhile the other one asks for it
            raise Undone

    def succeed() -> Redeemed | None:
        with context.app_context():
            redeemed.wait()
            return one_time.redeem("secret", "verify")

    one_time.issue("secret", "verify", AN_HOUR)
    with ThreadPoolExecutor(2) as pool:
        failing, succeeding = pool.submit(fail), pool.submit(succeed)
        assert succeeding.result() == NOTHING
        with pytest.raises(Undone):
            failing.result()


def test_all_of_a_persons_can_be_ended_or_those_for_one_purpose(ada: User) -> None:
    eve = accounts.register("eve@example.com", None)
    for purpose in ("verify", "reset", "magic link"):
        one_time.issue(f"ada's {purpose}", purpose, AN_HOUR, user_id=ada.id)
    one_time.issue("eve's", "verify", AN_HOUR, user_id=eve.id)
    one_time.issue("nobody's", "verify", AN_HOUR)

    assert one_time.void_all(ada.id, "reset") == 1
    assert one_time.redeem("ada's reset", "reset") is None
    assert one_time.void_all(ada.id) == 2
    assert one_time.void_all(ada.id) == 0
    assert count() == 2


WHAT_ENDS_THEM: dict[str, Callable[[uuid.UUID], object]] = {
    "a changed password": lambda ada: accounts.change_password(ada, PASSWORD, "battery staple, correct"),
    "a set password": lambda ada: accounts.set_password(ada, "battery staple, correct"),
    "disabling": lambda ada: accounts.set_active(ada, False),
    "closing": accounts.delete,
}


@pytest.mark.parametrize("end", list(WHAT_ENDS_THEM.values()), ids=list(WHAT_ENDS_THEM))
def test_what_changes_how_somebody_comes_in_ends_their_secrets(ada: User, end: Callable[[uuid.UUID], object]) -> None:
    one_time.issue("secret", "magic link", AN_HOUR, user_id=ada.id)

    end(ada.id)

    assert one_time.redeem("secret", "magic link") is None
    assert count() == 0


def test_what_rescues_an_account_is_voided_with_no_others(ada: User) -> None:
    rescue = one_time.rescuing("not_me")
    one_time.issue("way in", "reset", AN_HOUR, user_id=ada.id)
    one_time.issue("rescue", rescue, AN_HOUR, user_id=ada.id)

    assert one_time.void_all(ada.id) == 1
    assert one_time.find("rescue", rescue) is not None
    assert one_time.void_all(ada.id, rescue) == 1
    assert count() == 0
