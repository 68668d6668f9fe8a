"""A row of any table, of somebody's and from long ago: for what deletes old rows."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from app import accounts
from app.core.database import transaction
from app.extensions import Base, db

LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
VALUES: dict[type, object] = {
    str: "x",
    int: 0,
    bool: False,
    dt.datetime: LONG_AGO,
    dt.date: LONG_AGO.date(),
    float: 1.0,
    bytes: b"x",
}


def store_one(model: type[Base]) -> None:
    """Every column has a value, so every time that may be noted is noted, and long ago."""
    owner = accounts.register(f"ada@{model.__tablename__.replace('_', '-')}.example", None).id
    with transaction():
        db.session.add(row_of(model, owner))


def row_of(model: type[Base], owner: uuid.UUID) -> Base:
    """Such a row, to be stored."""
    attributes = sa.inspect(model).column_attrs
    return model(**{each.key: _value(each.columns[0], owner) for each in attributes})


def owners_of(model: type[Base]) -> list[str]:
    """The columns that say whose a row is: they refer to users, or are called as if they did."""
    table = model.__table__
    referring = [
        each.name for each in table.columns if any(key.column.table.name == "users" for key in each.foreign_keys)
    ]
    return referring or [each.name for each in table.columns if each.name == "user_id"]


def _value(column: sa.sql.elements.NamedColumn[Any], owner: uuid.UUID) -> object:
    declared = getattr(column.type, "impl_instance", column.type)
    if isinstance(declared, sa.JSON):
        return []
    if isinstance(declared, sa.Enum):
        return next(iter(declared.enum_class or declared.enums))
    kind = declared.python_type
    if kind is uuid.UUID:
        return _id_for(column, owner)
    if kind not in VALUES:
        raise TypeError(f"{column}: tests/feature_kit/rows.py knows no value of {kind.__name__}. Add one to VALUES.")
    return VALUES[kind]


def _id_for(column: sa.sql.elements.NamedColumn[Any], owner: uuid.UUID) -> object:
    """Of the owner, of some row that is there already, or of nothing."""
    for key in column.foreign_keys:
        target = key.column
        return owner if target.table.name == "users" else db.session.scalar(sa.select(target).limit(1))
    return owner if column.name == "user_id" else uuid.uuid4()


def models_in_order() -> list[type[Base]]:
    """Every table's model, each after those that it refers to."""
    models = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    return [models[table] for table in Base.metadata.sorted_tables if table in models]
