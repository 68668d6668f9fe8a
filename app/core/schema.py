"""Does the schema that the database has fit this code?"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Any

import sqlalchemy as sa

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


_VERSIONS = sa.table("alembic_version", sa.column("version_num", sa.String))
_NAMES = {"revision", "down_revision"}
_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations/versions"


class Schema(Enum):
    CURRENT = "current"
    BEHIND = "behind"
    """A migration of this code has not run yet, or none has."""
    AHEAD = "ahead"
    """Some migration has run that this code does not know: a newer release's."""


def of_database() -> Schema:
    """Raises SQLAlchemy's errors where the database does not answer."""
    with db.engine.connect() as connection:
        is_there = sa.inspect(connection).has_table(_VERSIONS.name)
        found = set(connection.scalars(sa.select(_VERSIONS.c.version_num))) if is_there else set()
    heads, known = revisions_in(_MIGRATIONS)
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
def revisions_in(folder: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The newest revisions, and all of them, by what the files say: Alembic would be 8 MB that no server needs."""
    said = [_said(path.read_text(encoding="utf-8")) for path in folder.glob("*.py")]
    known = frozenset(names["revision"] for names in said if "revision" in names)
    passed = {revision for names in said for revision in _each(names.get("down_revision"))}
    return known - passed, known


def _said(migration: str) -> dict[str, Any]:
    """What stands in a migration for ``revision`` and ``down_revision``."""
    found = {}
    for line in ast.parse(migration).body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None:
            for target in line.targets if isinstance(line, ast.Assign) else [line.target]:
                if isinstance(target, ast.Name) and target.id in _NAMES:
                    found[target.id] = ast.literal_eval(line.value)
    return found


def _each(revisions: str | Iterable[str] | None) -> Iterable[str]:
    """A migration follows none, one, or several that it brings together."""
    return (revisions,) if isinstance(revisions, str) else revisions or ()
