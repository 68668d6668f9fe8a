"""What is asked of buckets, and what changes one: an atomic statement each, the same on both engines."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa

from app.core.database import insert_of, reader
from app.core.hot import HotExchange, HotRead, HotWrite
from app.limits.buckets import A_SECOND
from app.limits.models import BucketRow

Number = sa.ColumnElement[int]


def _given(name: str) -> Number:
    return sa.bindparam(name, type_=sa.BigInteger)


NOW, COST, BURST, CAP, FORGET = map(_given, ("now", "cost", "burst", "cap", "forget"))
# PostgreSQL shifts by an integer, and by no bigint.
FREE, DOUBLINGS = (sa.bindparam(name, type_=sa.Integer) for name in ("free", "doublings"))


def charge_rate() -> HotExchange:
    """GCRA: the time at which the bucket will be empty moves on by the cost, from now or from where it stands."""
    return _charge_rate(reader().name)


def charge_back_off() -> HotExchange:
    """One attempt more; the wait doubles. After a quiet time the count begins anew."""
    return _charge_back_off(reader().name)


@cache
def _charge_rate(engine: str) -> HotExchange:
    empty_at = sa.case((BucketRow.forgotten_at > NOW, BucketRow.forgotten_at), else_=NOW) + COST
    return _upsert(
        engine,
        first={"charges": 1, "refused_until": NOW + COST - BURST, "forgotten_at": NOW + COST},
        next_one={"charges": BucketRow.charges + 1, "refused_until": empty_at - BURST, "forgotten_at": empty_at},
    )


@cache
def _charge_back_off(engine: str) -> HotExchange:
    count = sa.case((BucketRow.forgotten_at <= NOW, 1), else_=BucketRow.charges + 1)
    forgotten_at = NOW + FORGET
    return _upsert(
        engine,
        first={"charges": 1, "refused_until": _until(sa.literal(1, sa.Integer)), "forgotten_at": forgotten_at},
        next_one={"charges": count, "refused_until": _until(count), "forgotten_at": forgotten_at},
    )


def _until(count: Number) -> Number:
    beyond = count - FREE
    wait = sa.case(
        (count < FREE, 0),
        (beyond >= DOUBLINGS, CAP),
        else_=sa.literal(A_SECOND, sa.BigInteger).bitwise_lshift(beyond),
    )
    return sa.case((count < FREE, 0), else_=NOW + wait)


def _upsert(engine: str, *, first: dict[str, Any], next_one: dict[str, Any]) -> HotExchange:
    """It touches no bucket that refuses, and then returns no row."""
    statement = insert_of(BucketRow, engine).values(key=sa.bindparam("key"), name=sa.bindparam("name"), **first)
    changed = statement.on_conflict_do_update(
        index_elements=[BucketRow.key], set_=next_one, where=BucketRow.refused_until <= NOW
    )
    return HotExchange(changed.returning(BucketRow.refused_until))


def keep_note() -> HotWrite:
    """A row that counts nothing and refuses nothing, until a moment."""
    return _keep_note(reader().name)


@cache
def _keep_note(engine: str) -> HotWrite:
    numbers = {"charges": 0, "refused_until": 0, "forgotten_at": _given("until")}
    row = insert_of(BucketRow, engine).values(key=sa.bindparam("key"), name=sa.bindparam("name"), **numbers)
    return HotWrite(row.on_conflict_do_update(index_elements=[BucketRow.key], set_={"forgotten_at": _given("until")}))


OF_THIS = BucketRow.key == sa.bindparam("bucket")
AT_ONCE = ("first", "second", "third")
"""The keys that FULLEST asks for: so many buckets are charged together at most."""
FULLEST = HotRead(
    sa.select(BucketRow.key, BucketRow.refused_until)
    .where(BucketRow.key.in_([sa.bindparam(name) for name in AT_ONCE]), BucketRow.refused_until > NOW)
    .order_by(BucketRow.refused_until.desc())
    .limit(1)
)
NOTED_UNTIL = HotRead(sa.select(BucketRow.forgotten_at).where(OF_THIS, BucketRow.forgotten_at > NOW))
CLEAR = HotWrite(sa.delete(BucketRow).where(OF_THIS))
CLEAR_THE_ONE = HotWrite(sa.delete(BucketRow).where(OF_THIS, BucketRow.charges == 1))
REFUND_RATE = HotWrite(
    sa.update(BucketRow)
    .where(OF_THIS, BucketRow.charges > 0)
    .values(
        charges=BucketRow.charges - 1,
        refused_until=BucketRow.refused_until - COST,
        forgotten_at=BucketRow.forgotten_at - COST,
    )
)
REFUND_BACK_OFF = HotWrite(
    sa.update(BucketRow)
    .where(OF_THIS, BucketRow.charges > 0)
    .values(
        charges=BucketRow.charges - 1,
        # Only the wait that this very charge began ends: what others have brought about since then stands.
        refused_until=sa.case((BucketRow.refused_until == _given("until"), 0), else_=BucketRow.refused_until),
    )
)
