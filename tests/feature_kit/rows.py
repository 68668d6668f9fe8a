"""A row of any table, of somebody's and from long ago: for what deletes old rows."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa

from app import accounts
from app.core.database import transaction
from app.extensions import Base, db

LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
VALUES: dict[type, object] = {
    str: "x",
    int: 1,
    bool: False,
    dt.datetime: LONG_AGO,
    dt.date: LONG_AGO.date(),
    float: 1.0,
}


def store_one(model: type[Base]) -> None:
    """Every column has a value, so every time that may be noted is noted, and long ago."""
    owner = accounts.register("ada@example.com", None).id
    columns = sa.inspect(model).columns
    with transaction():
        db.session.add(model(**{column.key: _value(column, owner) for column in columns}))


def _value(column: sa.Column[object], owner: uuid.UUID) -> object:
    declared = getattr(column.type, "impl_instance", column.type)
    if isinstance(declared, sa.JSON):
        return []
    if isinstance(declared, sa.Enum):
        return next(iter(declared.enum_class or declared.enums))
    kind = declared.python_type
    if kind is uuid.UUID:
        return owner if column.foreign_keys else uuid.uuid4()
    if kind not in VALUES:
        raise TypeError(f"{column}: tests/feature_kit/rows.py knows no value of {kind.__name__}. Add one to VALUES.")
    return VALUES[kind]
