"""Charge, refund, clear, note; and what there is to see for an operator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import sqlalchemy as sa

from app.core import clock, pruning
from app.core.database import execute_write, reader
from app.limits.buckets import A_DAY, A_SECOND, Bucket, Note, Rate, prefix_of
from app.limits.models import BucketRow
from app.limits.statements import (
    AT_ONCE,
    CLEAR,
    CLEAR_THE_ONE,
    FULLEST,
    NOTED_UNTIL,
    REFUND_BACK_OFF,
    REFUND_RATE,
    charge_back_off,
    charge_rate,
    keep_note,
)


class Full(Exception):
    """No more of this now. ``wait`` is in seconds, and more than 0."""

    def __init__(self, bucket: Bucket, wait: float) -> None:
        super().__init__(f"{bucket.limit.name}: full")
        self.bucket = bucket
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Charge:
    """That a bucket was charged, for ``refund``."""

    bucket: Bucket
    until: int


def charge(*buckets: Bucket) -> tuple[Charge, ...]:
    """Count one in all of these buckets, three at most, or in none.

    Raises Full, with the longest wait, where one lets nothing pass.

    To be called before the work that is limited: what has been charged stays so, also where the process dies. Give the
    buckets in one order everywhere. What is refused costs one question, and writes nothing.
    """
    _refuse_full(buckets)
    charged: list[Charge] = []
    for bucket in buckets:
        until = _charge(bucket)
        if until is None:  # somebody else was first
            for each in charged:
                refund(each)
            _refuse_full(buckets)
            raise Full(bucket, 1)
        charged.append(Charge(bucket, until))
    return tuple(charged)


def _refuse_full(buckets: Sequence[Bucket]) -> None:
    if len(buckets) > len(AT_ONCE):
        raise ValueError(f"{len(buckets)} buckets at once: {len(AT_ONCE)} are asked for")
    now, by_key = _now(), {bucket.key: bucket for bucket in buckets}
    fullest = FULLEST.first_here({"now": now, **dict(zip_longest(AT_ONCE, by_key, fillvalue=""))})
    if fullest is not None:
        key, refused_until = fullest
        raise Full(by_key[key], (refused_until - now) / A_SECOND)


def _charge(bucket: Bucket) -> int | None:
    limit = bucket.limit
    statement = charge_rate() if isinstance(limit, Rate) else charge_back_off()
    row = statement.first({"key": bucket.key, "name": limit.name, "now": _now(), **limit.parameters()})
    return None if row is None else int(row[0])


def refund(charge: Charge) -> None:
    """Take back this one charge; what others have charged since then, and the waits that came of it, stand.

    Where nothing else is counted the row goes: right sign-ins leave none behind.
    """
    bucket = charge.bucket
    if CLEAR_THE_ONE.run({"bucket": bucket.key}):
        return
    if isinstance(bucket.limit, Rate):
        REFUND_RATE.run({"bucket": bucket.key, "cost": bucket.limit.cost})
    else:
        REFUND_BACK_OFF.run({"bucket": bucket.key, "until": charge.until})


def clear(bucket: Bucket) -> None:
    """Forget all that was counted in it."""
    CLEAR.run({"bucket": bucket.key})


def note(what: Note, lasting: dt.timedelta) -> bool:
    """Remember this, from now on for so long, or up to a day less: what is noted already is not written each time.

    Was it remembered before?
    """
    now = _now()
    until = now + lasting // dt.timedelta(microseconds=1)
    noted = NOTED_UNTIL.first_here({"bucket": what.key, "now": now})
    if noted is None or noted[0] <= until - A_DAY:
        keep_note().run({"key": what.key, "name": what.name, "until": until})
    return noted is not None


def is_noted(what: Note) -> bool:
    """Is it remembered?"""
    return NOTED_UNTIL.first_here({"bucket": what.key, "now": _now()}) is not None


def clear_all(of: str) -> int:
    """Forget all buckets of something, and what is noted of it. Returns how many there were.

    It reads the whole table: for operators.
    """
    return execute_write(sa.delete(BucketRow).where(BucketRow.key.startswith(prefix_of(of))))


@dataclass(frozen=True, slots=True)
class Seen:
    """A bucket as it stands: how much is counted, and for how many seconds it lets nothing pass."""

    name: str
    charges: int
    wait: float


def list_of(of: str) -> list[Seen]:
    """The buckets of something, the longest wait first. It reads the whole table: for operators."""
    now = _now()
    rows = _rows(
        sa.select(BucketRow.name, BucketRow.charges, BucketRow.refused_until)
        .where(BucketRow.key.startswith(prefix_of(of)), BucketRow.forgotten_at > now)
        .order_by(BucketRow.refused_until.desc(), BucketRow.name)
    )
    return [Seen(row.name, row.charges, max(0, row.refused_until - now) / A_SECOND) for row in rows]


@dataclass(frozen=True, slots=True)
class Overview:
    """All buckets of one limit: how many there are, how many let nothing pass, and for how many seconds at most."""

    name: str
    buckets: int
    full: int
    longest_wait: float


def overview() -> list[Overview]:
    """Every limit of which anything is counted, by name."""
    now = _now()
    full = sa.func.sum(sa.case((BucketRow.refused_until > now, 1), else_=0)).label("full")
    until = sa.func.max(BucketRow.refused_until).label("until")
    rows = _rows(
        sa.select(BucketRow.name, sa.func.count().label("buckets"), full, until)
        .where(BucketRow.forgotten_at > now)
        .group_by(BucketRow.name)
        .order_by(BucketRow.name)
    )
    return [Overview(row.name, row.buckets, row.full, max(0, row.until - now) / A_SECOND) for row in rows]


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete what is forgotten. Idempotent; for a daily job. Returns how many went."""
    return pruning.prune(BucketRow, BucketRow.forgotten_at <= _now(), progress)


def _rows(statement: sa.Select[*tuple[object, ...]]) -> Sequence[sa.Row[*tuple[object, ...]]]:
    with reader().connect() as connection:
        return connection.execute(statement).all()


def _now() -> int:
    return int(clock.now().timestamp() * A_SECOND)
