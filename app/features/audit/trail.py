"""The rows, for those who read them: the newest first, filtered, page by page; or all from the oldest on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.accounts.roles import permission
from app.core.database import read_all
from app.core.paging import MAX_PAGE
from app.features.audit.models import AuditRow
from app.features.audit.sealing import first_id_at
from app.features.audit.stored import ALL_COLUMNS, Row, id_after

AUDIT_READ = permission("audit:read", roles=("admin",))

EXPORTED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows. ``since`` and ``until`` are times: from the one on, and before the other."""

    user_id: uuid.UUID | None = None
    actor_id: uuid.UUID | None = None
    session_id: uuid.UUID | None = None
    request_id: str | None = None
    kind: str | None = None
    accepted: bool | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        """The times by the ids, which begin with them and have an index."""
        for name in ("user_id", "actor_id", "session_id", "request_id", "kind", "accepted"):
            value = getattr(self, name)
            if value is not None:
                yield getattr(AuditRow, name) == value
        if self.since is not None:
            yield AuditRow.id >= first_id_at(self.since)
        if self.until is not None:
            yield AuditRow.id < first_id_at(self.until)


def page_of(
    wanted: Wanted, *, cursor: uuid.UUID | None = None, limit: int = 50
) -> tuple[Sequence[Row], uuid.UUID | None]:
    """A page, the newest first, and the cursor of the next page or None: the id of the last row on this one."""
    limit = min(limit, MAX_PAGE)
    conditions = list(wanted.conditions())
    if cursor is not None:
        conditions.append(AuditRow.id < cursor)
    found = rows_of(ALL_COLUMNS.where(*conditions).order_by(AuditRow.id.desc()).limit(limit + 1))
    if len(found) <= limit:
        return found, None
    # A cursor is an id: the page ends with the last row that has one.
    last = next((place for place in range(limit, 0, -1) if isinstance(found[place - 1]["id"], uuid.UUID)), None)
    return (found[:limit], None) if last is None else (found[:last], found[last - 1]["id"])


def all_of(wanted: Wanted, *, after: uuid.UUID | None = None) -> Iterator[Row]:
    """Every row, from the oldest on, or from the one ``after`` that was read last."""
    conditions = list(wanted.conditions())
    further = [] if after is None else [AuditRow.id > after]
    while True:
        rows = rows_of(ALL_COLUMNS.where(*conditions, *further).order_by(AuditRow.id).limit(EXPORTED_AT_ONCE))
        yield from rows
        if len(rows) < EXPORTED_AT_ONCE:
            return
        further = [id_after(rows[-1]["id"])]


def rows_of(statement: sa.Select[*tuple[Any, ...]]) -> Sequence[Row]:
    """All columns of the rows that a statement finds."""
    return [dict(row._mapping) for row in read_all(statement, {})]
