"""Limits: how much passes at once and over time, what refusals and refunds change, and that nobody's name is stored."""

from __future__ import annotations

import datetime as dt
import math
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import limits
from app.extensions import db
from app.limits import BackOff, Bucket, BucketRow, Full, Rate

pytestmark = pytest.mark.usefixtures("context", "now")

A_DAY, AN_HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
TEN = Rate("ten", 10, AN_HOUR)
SLOWER = BackOff("slower", 3, dt.timedelta(minutes=15), A_DAY)
ADA, EVE = Bucket(SLOWER, "account:ada@example.com"), Bucket(SLOWER, "account:eve@example.com")
HOME = Bucket(TEN, "network:192.0.2.7")


def wait(*buckets: Bucket) -> int:
    """Charges, and answers 0; or for how long nothing passes, as it is told to people."""
    try:
        limits.charge(*buckets)
    except Full as full:
        return math.ceil(full.wait)
    return 0


def passed(bucket: Bucket, times: int) -> int:
    return [wait(bucket) for _ in range(times)].count(0)


def test_a_rate_lets_half_pass_at_once_and_the_other_half_over_the_period(now: time_machine.Traveller) -> None:
    assert passed(HOME, 20) == 5
    assert wait(HOME) == 720
    let_through = 0
    for _ in range(60):
        now.shift(60)
        let_through += passed(HOME, 3)
    assert let_through == 5
    now.shift(AN_HOUR)
    assert passed(HOME, 20) == 5


def test_a_back_off_doubles_the_wait_up_to_its_cap_and_forgets_after_a_quiet_time(
    now: time_machine.Traveller,
) -> None:
    waits = []
    for _ in range(15):
        assert wait(ADA) == 0
        waits.append(limits.list_of(ADA.of)[0].wait)
        now.shift(waits[-1])
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    now.shift(A_DAY)
    assert passed(ADA, 5) == 3


def test_what_is_refused_makes_no_wait_longer(now: time_machine.Traveller) -> None:
    assert passed(ADA, 100) == 3
    assert wait(ADA) == 1
    now.shift(1)
    assert passed(ADA, 100) == 1
    assert wait(ADA) == 2


def test_of_many_at_once_no_more_pass_than_may(app: Flask, now: time_machine.Traveller) -> None:
    del now

    def attempt(_: int) -> bool:
        with app.app_context():
            return wait(ADA, HOME) == 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 3
    assert [(seen.charges, seen.name) for seen in limits.list_of(HOME.of)] == [(3, "ten")]


def test_many_who_charge_and_take_back_in_whatever_order_do_not_wait_for_each_other(app: Flask) -> None:
    """A deadlock would take PostgreSQL a second to find, and would be an error in its log."""
    buckets = [Bucket(Rate("much", 10_000, AN_HOUR), f"network:192.0.2.{last}") for last in range(3)]

    def attempt(turn: int) -> None:
        with app.app_context():
            first, *others = limits.charge(*(buckets if turn % 2 else reversed(buckets)))
            limits.refund(*others, clearing=first.bucket)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(400)))
    left = sum(seen.charges for bucket in buckets for seen in limits.list_of(bucket.of))
    assert left == 0


def test_a_success_clears_the_one_and_takes_back_its_own_of_the_others() -> None:
    assert passed(HOME, 2) == passed(ADA, 2) == 2
    mine, at_home, alone = limits.charge(ADA, HOME, EVE)
    limits.refund(at_home, alone, clearing=mine.bucket)
    assert limits.list_of(ADA.of) == limits.list_of(EVE.of) == []
    assert [seen.charges for seen in limits.list_of(HOME.of)] == [2]


def test_where_one_is_full_none_is_charged(now: time_machine.Traveller) -> None:
    assert passed(ADA, 4) == 3
    now.shift(0.5)
    with pytest.raises(Full) as caught:
        limits.charge(HOME, EVE, ADA)
    assert (caught.value.bucket, caught.value.wait) == (ADA, 0.5)
    assert limits.list_of(HOME.of) == limits.list_of(EVE.of) == []


def test_a_refund_takes_back_one_charge_and_nobody_elses_wait(now: time_machine.Traveller) -> None:
    assert passed(ADA, 2) == 2
    (mine,) = limits.charge(ADA)
    limits.refund(mine)
    (mine,) = limits.charge(ADA)
    now.shift(1)
    assert wait(ADA) == 0  # somebody else's, who now makes wait for two seconds
    limits.refund(mine)
    assert [(seen.charges, seen.wait) for seen in limits.list_of(ADA.of)] == [(3, 2)]

    for charge in [limits.charge(HOME)[0] for _ in range(5)]:
        limits.refund(charge)
    assert limits.list_of(HOME.of) == []
    assert passed(HOME, 20) == 5


def test_an_operator_sees_and_clears(now: time_machine.Traveller) -> None:
    beside = Bucket(SLOWER, ADA.of, beside="192.0.2.7")
    assert passed(ADA, 4) == passed(beside, 4) == 3
    wait(EVE)
    assert [(each.name, each.buckets, each.full, each.longest_wait) for each in limits.overview()] == [
        ("slower", 3, 2, 1)
    ]
    limits.clear(ADA)
    assert len(limits.list_of(ADA.of)) == 1
    assert limits.clear_all(ADA.of) == 1
    now.shift(A_DAY)
    assert (limits.list_of(EVE.of), limits.overview()) == ([], [])
    assert limits.prune() == 1
    assert limits.prune() == 0


def test_no_address_is_stored() -> None:
    of, network = "account:ada@example.org", "192.0.2.7"  # with letters and dots that no key and no time has
    with suppress(Full):
        limits.charge(Bucket(SLOWER, of), Bucket(TEN, network), Bucket(TEN, of, beside=network))
    rows = str(db.session.execute(sa.select(BucketRow.__table__)).all())
    assert rows.count("(") == 3
    assert not any(part in rows for part in ("account", "example.org", "@", "192.0"))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_charge_waits_for_no_disk() -> None:
    kind = db.session.scalar(sa.text("SELECT relpersistence FROM pg_class WHERE relname = 'limits'"))
    assert kind == "u"
