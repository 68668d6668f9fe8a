"""What PostgreSQL undid to let another transaction go on (40001, a deadlock), and whether a request may begin again."""

from __future__ import annotations

from flask import g
from sqlalchemy.exc import DBAPIError

UNDONE = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected: of the transaction nothing is left."""


def note_commit() -> None:
    """Something that this request has done stays, whatever becomes of the rest."""
    g.has_committed = True


def may_go_again(error: DBAPIError) -> bool:
    """Is everything that this request has done undone? Then nobody knows that it was here."""
    return getattr(error.orig, "sqlstate", None) in UNDONE and not g.get("has_committed", False)
