"""Rows as they are stored, also where somebody has tampered with them: nobody keeps a trail from being read by that.

SQLite keeps whatever is put into a column. A value that is none of its column's is ``Unreadable``, and the row is told
without it, with the names of such columns in ``details``: ``verify`` names it as changed, since no signature fits.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from app.features.audit.models import AuditRow
from app.features.audit.sealing import EPOCH, time_of

Row = Mapping[str, Any]

CHANGED = "changed"
"""In ``details`` as they are shown: the columns of the row that hold what nobody wrote."""
WHOLE_NUMBERS = ("chain", "seq")


class Unreadable(str):
    """What stands in a column, as text."""


class _Lenient(sa.types.TypeDecorator[Any]):
    """Another type, whose values are Unreadable instead of an error."""

    impl = sa.types.NullType
    cache_ok = True

    def __init__(self, of: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any]:
        read = self.of.dialect_impl(dialect).result_processor(dialect, coltype)
        kind = self.of.python_type

        def process(value: Any) -> Any:
            try:
                found = value if read is None else read(value)
            except (ValueError, TypeError, AttributeError):
                return Unreadable(value)
            if kind is bool and value not in (None, 0, 1):
                return Unreadable(value)  # which counts as true, but for whoever asks for what is true
            return found if found is None or isinstance(found, kind) else Unreadable(value)

        return process


def _leniently(column: sa.ColumnElement[Any], name: str) -> sa.Label[Any]:
    return sa.type_coerce(column, _Lenient(column.type)).label(name)


ID = _leniently(sa.inspect(AuditRow).columns["id"], "id")
ALL_COLUMNS = sa.select(*(_leniently(column, column.key) for column in sa.inspect(AuditRow).columns))
"""Of every row, to be read by ``trail.rows_of``."""


def id_after(row_id: uuid.UUID | Unreadable) -> sa.ColumnElement[bool]:
    """The rows whose ids come after this one, whatever it is."""
    if not isinstance(row_id, Unreadable):
        return AuditRow.id > row_id
    untyped = sa.types.NullType()
    return sa.type_coerce(AuditRow.id, untyped) > sa.bindparam(None, str(row_id), type_=untyped)


def at_of(row: Row) -> dt.datetime:
    """When it was; where that is unreadable, as its id says."""
    if isinstance(row["at"], dt.datetime):
        return row["at"]
    return time_of(row["id"]) if isinstance(row["id"], uuid.UUID) else EPOCH


def readable(row: Row) -> dict[str, Any]:
    """All of it as it can be told: ``details`` as an object, and what is unreadable named there."""
    told = {name: (None if isinstance(value, Unreadable) and name != "id" else value) for name, value in row.items()}
    changed = [name for name, value in row.items() if isinstance(value, Unreadable)]
    details = details_in(row)
    if details is None:
        changed, details = sorted({*changed, "details"}), {}
    for name in WHOLE_NUMBERS:
        told[name] = told[name] or 0
    told |= {"at": at_of(row), "kind": told["kind"] or CHANGED, "accepted": bool(told["accepted"])}
    return {**told, "details": {**details, CHANGED: changed} if changed else details}


def details_in(row: Row) -> dict[str, Any] | None:
    """None: they are no object of JSON."""
    try:
        found = json.loads(row["details"])
    except (ValueError, TypeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
