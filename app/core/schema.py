"""Does the schema that the database has fit this code?"""

from __future__ import annotations

import functools
from enum import Enum

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from app.extensions import db

NOT_MIGRATED = "The database is not migrated. Run: flask --app wsgi db upgrade"


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


@functools.cache
def _of_code(folder: str) -> tuple[frozenset[str], frozenset[str]]:
    """The newest revisions, and all of them."""
    scripts = ScriptDirectory(folder)
    return frozenset(scripts.get_heads()), frozenset(script.revision for script in scripts.walk_revisions())
