"""Deletes what is over, however much that is, while everybody goes on working.

The table is walked by its primary key: each statement reads or deletes a bounded number of rows, so that none comes
near the time that a statement may take, and none scans again what the one before has scanned.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from app.core.database import execute_write, reader, reading
from app.extensions import Base

PRUNE_AFTER = dt.timedelta(days=30)
"""What has ended is kept this long, so that "when did it end, and why" has an answer."""
READ_AT_ONCE = 10_000
FEWEST, MOST = 50, 500
"""Rows of one transaction. How many of them take ``HOLD_SECONDS`` depends on the machine, and on what else it does."""
HOLD_SECONDS = 0.02
"""For so long SQLite lets nobody else write."""
LONGEST_SECONDS = 0.5
"""What took longer than this waited for others, and held nothing meanwhile."""
PAUSE = 3
"""Times as long it then lets everybody. Who waits for its lock stands in no queue, but looks again and again, each time
later: whoever finds it taken several times in a row has waited for 100 ms."""

Progress = Callable[[int], None]


def prune(model: type[Base], over: sa.ColumnElement[bool], progress: Progress = lambda _: None) -> int:
    """Delete the rows for which ``over`` holds, some at a time. Returns how many went, and tells ``progress`` before.

    What went stays gone where a later part fails; doing it again does the rest. A row that somebody else holds locked
    is left for the next time.
    """
    (key,) = sa.inspect(model).primary_key
    deleted, at_once = 0, FEWEST
    for ids in _ids(key, over):
        left = ids
        while left:
            portion, left = left[:at_once], left[at_once:]
            began = time.monotonic()
            deleted += execute_write(sa.delete(model).where(_still(key, key.in_(portion) & over)))
            took = time.monotonic() - began
            progress(deleted)
            at_once = _next(at_once, took)
            if reader().name == "sqlite":
                time.sleep(PAUSE * min(took, LONGEST_SECONDS))
    return deleted


def _still(key: sa.ColumnElement[Any], over: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Those that nobody holds, found once. As a join, PostgreSQL may look for each again, through the whole table: it
    takes one for empty for a minute after it has grown.
    """
    chosen = sa.select(key).where(over).with_for_update(skip_locked=True)
    return key.in_(chosen) if reader().name == "sqlite" else key == sa.any_(sa.func.array(chosen.scalar_subquery()))


def _next(at_once: int, took: float) -> int:
    """Half as many where that was too long, twice as many where there is room."""
    if took > HOLD_SECONDS:
        return max(at_once // 2, FEWEST)
    return min(at_once * 2, MOST) if took < HOLD_SECONDS / 2 else at_once


def _ids(key: sa.ColumnElement[Any], over: sa.ColumnElement[bool]) -> Iterator[list[Any]]:
    """The keys of the rows for which ``over`` holds, page by page of the table."""
    page = sa.select(key, over.label("is_over")).order_by(key).limit(READ_AT_ONCE)
    after: sa.ColumnElement[bool] = sa.true()
    while True:
        with reading() as connection:
            rows = connection.execute(page.where(after)).all()
        yield [row[0] for row in rows if row.is_over]
        if len(rows) < READ_AT_ONCE:
            return
        after = key > rows[-1][0]
