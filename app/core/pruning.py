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

from app.core.database import execute_write, reader
from app.extensions import Base

PRUNE_AFTER = dt.timedelta(days=30)
"""What has ended is kept this long, so that "when did it end, and why" has an answer."""
READ_AT_ONCE = 10_000
DELETED_AT_ONCE = 500
"""Rows of one transaction: some milliseconds, for which SQLite lets nobody else write."""

Progress = Callable[[int], None]


def prune(model: type[Base], over: sa.ColumnElement[bool], progress: Progress = lambda _: None) -> int:
    """Delete the rows for which ``over`` holds, some at a time. Returns how many went, and tells ``progress`` before.

    What went stays gone where a later part fails; doing it again does the rest. A row that somebody else holds locked
    is left for the next time.
    """
    (key,) = sa.inspect(model).primary_key
    deleted = 0
    for ids in _ids(key, over):
        chosen = sa.select(key).where(key.in_(ids), over).with_for_update(skip_locked=True)
        began = time.monotonic()
        deleted += execute_write(sa.delete(model).where(key.in_(chosen)))
        progress(deleted)
        if reader().name == "sqlite":
            # Who waits for the write lock there stands in no queue: without a pause they would hardly ever get it.
            time.sleep(time.monotonic() - began)
    return deleted


def _ids(key: sa.ColumnElement[Any], over: sa.ColumnElement[bool]) -> Iterator[list[Any]]:
    """The keys of the rows for which ``over`` holds, in portions."""
    page = sa.select(key, over.label("is_over")).order_by(key).limit(READ_AT_ONCE)
    after: sa.ColumnElement[bool] = sa.true()
    while True:
        with reader().connect() as connection:
            rows = connection.execute(page.where(after)).all()
        ids = [row[0] for row in rows if row.is_over]
        for start in range(0, len(ids), DELETED_AT_ONCE):
            yield ids[start : start + DELETED_AT_ONCE]
        if len(rows) < READ_AT_ONCE:
            return
        after = key > rows[-1][0]
