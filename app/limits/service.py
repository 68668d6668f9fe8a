"""Charge, refund, clear, note; and what there is to see for an operator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import attrgetter
from typing import NamedTuple

import sqlalchemy as sa

from app.core import clock, pruning
from app.core.database import execute_write, reading
from app.limits.adopting import adopt
from app.limits.buckets import A_DAY, A_SECOND, Bucket, Note, Rate, prefixes_of
from app.limits.models import BucketRow
from app.limits.statements import (
    AT_ONCE,
    CLEAR,
    EMPTY,
    FULLEST,
    KEYS,
    NOTED_UNTIL,
    REFUND_BACK_OFF,
    REFUND_RATE,
    charging,
    keep_note,
)


class Full(Exception):
    """No more of this now. ``wait`` is in seconds, and more than 0."""

    def __init__(self, bucket: Bucket, wait: float) -> None:
        super().__init__(f"{bucket.limit.name}: full")
        self.bucket = bucket
        self.wait = wait


class Charge(NamedTuple):
    """That a bucket was charged, for ``refund``."""

    bucket: Bucket
    until: int


def charge(*buckets: Bucket) -> tuple[Charge, ...]:
    """Count one in all of these buckets, three at most, or in none.

    Raises Full, with the longest wait, where one lets nothing pass.

    To be called before the work that is limited: what has been charged stays so, also where the process dies. What is
    refused costs one question, and writes nothing.
    """
    if not len({bucket.key for bucket in buckets}) == len(buckets) <= AT_ONCE:
        raise ValueError(f"{len(buckets)} buckets at once: {AT_ONCE} different ones at most are asked for")
    adopt(*buckets)
    _refuse_full(buckets)
    until = _charge(buckets)
    charged = tuple(Charge(bucket, until[bucket.key]) for bucket in buckets if bucket.key in until)
    if len(charged) < len(buckets):  # somebody else was first
        refund(*charged)
        _refuse_full(buckets)
        raise Full(next(bucket for bucket in buckets if bucket.key not in until), 1)
    return charged


def _refuse_full(buckets: Sequence[Bucket]) -> None:
    now, by_key = _now(), {bucket.key: bucket for bucket in buckets}
    fullest = FULLEST.first_here({"now": now, **_keys(by_key)})
    if fullest is not None:
        key, refused_until = fullest
        raise Full(by_key[key], (refused_until - now) / A_SECOND)


def _charge(buckets: Sequence[Bucket]) -> dict[str, int]:
    """Until when each bucket that was charged lets nothing pass, by its key."""
    given: dict[str, int | str] = {"now": _now()}
    # Everybody locks the rows in the order of the keys, or some would wait for each other.
    ordered = sorted(buckets, key=attrgetter("key"))
    for place, bucket in enumerate(ordered):
        named: dict[str, int | str] = {"key": bucket.key, "name": bucket.limit.name, **bucket.limit.parameters()}
        given |= {f"{name}_{place}": value for name, value in named.items()}
    return {key: int(until) for key, until in charging([bucket.limit for bucket in ordered]).all(given)}


def _keys(keys: Iterable[str]) -> dict[str, str]:
    """As the statements are given them; there is no bucket of an empty key."""
    return dict(zip_longest(KEYS, keys, fillvalue=""))


def refund(*charges: Charge, clearing: Bucket | None = None) -> None:
    """Take back these charges; what others have charged since then, and the waits that came of it, stand.

    ``clearing``: a bucket of which all is forgotten besides. Where nothing else is counted the row goes: right sign-ins
    leave none behind, and ask for this once.
    """
    keys = [charge.bucket.key for charge in charges]
    gone = {key for (key,) in EMPTY.all({"bucket": "" if clearing is None else clearing.key, **_keys(keys)})}
    for charge in charges:
        if charge.bucket.key not in gone:
            _refund(charge)


def _refund(charge: Charge) -> None:
    limit, bucket = charge.bucket.limit, charge.bucket.key
    if isinstance(limit, Rate):
        REFUND_RATE.run({"bucket": bucket, "cost": limit.cost})
    else:
        REFUND_BACK_OFF.run({"bucket": bucket, "until": charge.until})


def clear(bucket: Bucket) -> None:
    """Forget all that was counted in it."""
    adopt(bucket)
    CLEAR.run({"bucket": bucket.key})


def note(what: Note, lasting: dt.timedelta, *, noted: int | None = None) -> bool:
    """Remember this, from now on for so long, or up to a day less: what is noted already is not written each time.

    ``noted`` is what ``noted_until`` said of it, where somebody has asked that. Was it remembered before?
    """
    until = _now() + lasting // dt.timedelta(microseconds=1)
    if noted is None:
        noted = noted_until(what)
    if noted <= until - A_DAY:
        keep_note().run({"key": what.key, "name": what.name, "until": until})
    return noted > 0


def noted_until(what: Note) -> int:
    """Until when it is remembered, in microseconds since 1970; 0: it is not."""
    adopt(what)
    row = NOTED_UNTIL.first_here({"bucket": what.key, "now": _now()})
    return 0 if row is None else int(row[0])


def clear_all(of: str) -> int:
    """Forget all buckets of something, and what is noted of it. Returns how many there were.

    It reads the whole table: for operators.
    """
    return execute_write(sa.delete(BucketRow).where(_is_of(of)))


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
        .where(_is_of(of), BucketRow.forgotten_at > now)
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


def _is_of(of: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(BucketRow.key.startswith(prefix) for prefix in prefixes_of(of)))


def _rows(statement: sa.Select[*tuple[object, ...]]) -> Sequence[sa.Row[*tuple[object, ...]]]:
    with reading() as connection:
        return connection.execute(statement).all()


def _now() -> int:
    return int(clock.now().timestamp() * A_SECOND)
