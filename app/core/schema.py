"""Does the schema that the database has fit this code?"""

from __future__ import annotations

import functools
import re
from enum import Enum

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from app.extensions import db

NOT_MIGRATED = "The database is not migrated. Run: flask --app wsgi db upgrade"
NO_MIGRATION = (
    "Every migration has run, and none makes this table or column. If it stands in a model, write one: "
    'make migrate m="what is new"'
)
AHEAD = "The database is ahead of this code: a newer release has migrated it."

_MISSING_POSTGRESQL = frozenset({"42P01", "42703"})
"""undefined_table and undefined_column."""
_MISSING_SQLITE = re.compile("no such (table|column)|table .* has no column")


class Schema(Enum):
    CURRENT = "current"
    BEHIND = "behind"
    """A migration of this code has not run yet, or none has."""
    AHEAD = "ahead"
    """Some migration has run that this code does not know: a newer release's."""


def of_database() -> Schema:
    """Raises SQLAlchemy's errors where the database does not answer."""
    with db.engine.connect() as connection:
        found = set(MigrationContext.configure(connection).get_current_heads())
    heads, known = _of_code(current_app.extensions["migrate"].directory)
    if found == heads:
        return Schema.CURRENT
    return Schema.BEHIND if found <= known else Schema.AHEAD


def why_missing(error: BaseException | None) -> str | None:
    """Why there is no such table or column, if that is what the driver says and the schema is not this code's.

    Raises SQLAlchemy's errors where the database does not answer any more.
    """
    return {Schema.BEHIND: NOT_MIGRATED, Schema.AHEAD: AHEAD}.get(of_database()) if names_missing(error) else None


def names_missing(error: BaseException | None) -> bool:
    """Does the driver say that there is no such table or column?"""
    named = getattr(error, "sqlstate", None) in _MISSING_POSTGRESQL or _MISSING_SQLITE.match(str(error))
    return bool(named)


@functools.cache
def _of_code(folder: str) -> tuple[frozenset[str], frozenset[str]]:
    """The newest revisions, and all of them."""
    scripts = ScriptDirectory(folder)
    return frozenset(scripts.get_heads()), frozenset(script.revision for script in scripts.walk_revisions())
