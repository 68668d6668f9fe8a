"""What is asked of buckets, and what changes one: an atomic statement each, the same on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.database import insert_of, reader
from app.core.hot import HotExchange, HotRead, HotWrite
from app.limits.buckets import A_SECOND, Limit, Rate
from app.limits.models import BucketRow

Number = sa.ColumnElement[int]
AT_ONCE = 3
"""So many buckets are charged together at most."""


def _given(name: str) -> Number:
    return sa.bindparam(name, type_=sa.BigInteger)


NOW = _given("now")


def charging(limits: Sequence[Limit]) -> HotExchange:
    """Charges a bucket of each of these limits, but for those that refuse, and returns the keys and ends of the waits.

    It is given ``now``, and of the first bucket what its limit's ``parameters`` say, ``key`` and ``name``, as "key_0".
    """
    return _charging(tuple(isinstance(limit, Rate) for limit in limits), reader().name)


@cache
def _charging(are_rates: tuple[bool, ...], engine: str) -> HotExchange:
    """One statement for all, since a sign-in has three. Each row of a conflict finds its limit's own reckoning."""
    counts = [_rate(place) if is_rate else _back_off(place) for place, is_rate in enumerate(are_rates)]
    rows = [
        {"key": count.key, "name": sa.bindparam(f"name_{place}", type_=sa.String), **count.first}
        for place, count in enumerate(counts)
    ]
    *others, last = counts
    statement = insert_of(BucketRow, engine).values(rows)
    next_one = {
        column: sa.case(*((statement.excluded.key == each.key, each.next[column]) for each in others), else_=value)
        if others
        else value
        for column, value in last.next.items()
    }
    changed = statement.on_conflict_do_update(
        index_elements=[BucketRow.key], set_=next_one, where=BucketRow.refused_until <= NOW
    )
    return HotExchange(changed.returning(BucketRow.key, BucketRow.refused_until))


class _Count(NamedTuple):
    """How one limit counts: the columns of a new row, and those of one that is there."""

    key: sa.ColumnElement[str]
    first: dict[str, Any]
    next: dict[str, Any]


def _rate(place: int) -> _Count:
    """GCRA: the time at which the bucket will be empty moves on by the cost, from now or from where it stands."""
    cost, burst = _given(f"cost_{place}"), _given(f"burst_{place}")
    empty_at = sa.case((BucketRow.forgotten_at > NOW, BucketRow.forgotten_at), else_=NOW) + cost
    return _Count(
        key=_key(place),
        first={"charges": 1, "refused_until": NOW + cost - burst, "forgotten_at": NOW + cost},
        next={"charges": BucketRow.charges + 1, "refused_until": empty_at - burst, "forgotten_at": empty_at},
    )


def _back_off(place: int) -> _Count:
    """One attempt more; the wait doubles. After a quiet time the count begins anew."""
    count = sa.case((BucketRow.forgotten_at <= NOW, 1), else_=BucketRow.charges + 1)
    first_until, next_until = (_until(place, each) for each in (sa.literal(1, sa.Integer), count))
    forgotten_at = NOW + _given(f"forget_{place}")
    return _Count(
        key=_key(place),
        first={"charges": 1, "refused_until": first_until, "forgotten_at": forgotten_at},
        next={"charges": count, "refused_until": next_until, "forgotten_at": forgotten_at},
    )


def _until(place: int, count: Number) -> Number:
    # PostgreSQL shifts by an integer, and by no bigint.
    free, doublings = (sa.bindparam(f"{name}_{place}", type_=sa.Integer) for name in ("free", "doublings"))
    beyond = count - free
    wait = sa.case(
        (count < free, 0),
        (beyond >= doublings, _given(f"cap_{place}")),
        else_=sa.literal(A_SECOND, sa.BigInteger).bitwise_lshift(beyond),
    )
    return sa.case((count < free, 0), else_=NOW + wait)


def _key(place: int) -> sa.ColumnElement[str]:
    return sa.bindparam(f"key_{place}", type_=sa.String)


def keep_note() -> HotWrite:
    """A row that counts nothing and refuses nothing, until a moment."""
    return _keep_note(reader().name)


@cache
def _keep_note(engine: str) -> HotWrite:
    numbers = {"charges": 0, "refused_until": 0, "forgotten_at": _given("until")}
    row = insert_of(BucketRow, engine).values(key=sa.bindparam("key"), name=sa.bindparam("name"), **numbers)
    return HotWrite(row.on_conflict_do_update(index_elements=[BucketRow.key], set_={"forgotten_at": _given("until")}))


OF_THIS = BucketRow.key == sa.bindparam("bucket")
KEYS = tuple(f"key_{place}" for place in range(AT_ONCE))
OF_THESE = BucketRow.key.in_([sa.bindparam(name) for name in KEYS])
FULLEST = HotRead(
    sa.select(BucketRow.key, BucketRow.refused_until)
    .where(OF_THESE, BucketRow.refused_until > NOW)
    .order_by(BucketRow.refused_until.desc())
    .limit(1)
)
NOTED_UNTIL = HotRead(sa.select(BucketRow.forgotten_at).where(OF_THIS, BucketRow.forgotten_at > NOW))
CLEAR = HotWrite(sa.delete(BucketRow).where(OF_THIS))
_TO_EMPTY = (
    sa.select(BucketRow.key)
    .where(OF_THIS | (OF_THESE & (BucketRow.charges == 1)))
    .order_by(BucketRow.key)
    .with_for_update()
)
EMPTY = HotExchange(sa.delete(BucketRow).where(BucketRow.key.in_(_TO_EMPTY)).returning(BucketRow.key))
"""Clears the one, and of the others those in which a single charge is all that is counted. It locks them in order."""
REFUND_RATE = HotWrite(
    sa.update(BucketRow)
    .where(OF_THIS, BucketRow.charges > 0)
    .values(
        charges=BucketRow.charges - 1,
        refused_until=BucketRow.refused_until - _given("cost"),
        forgotten_at=BucketRow.forgotten_at - _given("cost"),
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
