"""The extensions, unbound: this module imports nothing of the rooms above, so that they all may import it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask_cors import CORS
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

from app.passport.declarations import BadDeclaration

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An aware UTC time on every engine: SQLite alone would hand back naive ones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: its time zone is unknown")
        return value.astimezone(dt.UTC)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], dt.datetime | None] | None:
        # PostgreSQL's driver hands back aware times, in the UTC that connections ask for.
        return _from_text if dialect.name == "sqlite" else None


def _from_text(text: str | None) -> dt.datetime | None:
    """A time as SQLAlchemy stores it on SQLite: ISO 8601 without a zone."""
    return None if text is None else dt.datetime.fromisoformat(text + "+00:00")


class Base(DeclarativeBase):
    """The models' base. They subclass this and not ``db.Model``, which type checkers cannot see through."""

    metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {dt.datetime: UTCDateTime(), uuid.UUID: sa.Uuid()}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Raises BadDeclaration for a table that is there already: SQLAlchemy does not say whose it is."""
        table = str(cls.__dict__.get("__tablename__"))
        for other in Base.registry.mappers if table in Base.metadata.tables else ():
            if other.local_table is Base.metadata.tables[table]:
                owner = f"{other.class_.__module__}.{other.class_.__name__}"
                raise BadDeclaration(f'{cls.__module__}: the table "{table}" is {owner}\'s. Choose another name.')
        super().__init_subclass__(**kwargs)


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
cors = CORS()
