"""What a transaction does at its end: lastly, before its commit, and after it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session, scoped_session

from app.extensions import db

log = logging.getLogger(__name__)

T = TypeVar("T")

ENDING = "flaskport.ending"
"""In the ``info`` of a session whose transaction is open."""


@dataclass(slots=True)
class Ending:
    """``lastly`` is what to call before the commit, each with what it was given; ``afterwards`` after it."""

    lastly: dict[Callable[[list[Any]], object], list[Any]] = field(default_factory=dict)
    afterwards: list[Callable[[], object]] = field(default_factory=list)

    def before_commit(self, session: scoped_session[Session] | Session) -> None:
        if self.lastly:
            session.flush()
        for finish, items in self.lastly.items():
            finish(items)

    def after_commit(self) -> None:
        for call in self.afterwards:
            try:
                call()
            except Exception:
                log.exception("what was to follow a commit failed; the commit stands")
                db.session.rollback()  # on PostgreSQL a transaction in which a statement failed takes no other


def in_transaction() -> bool:
    """Is a ``transaction()`` open around this?"""
    # Asked of a session that exists: making one would cost as much as the statement.
    return db.session.registry.has() and ENDING in db.session().info


def after_commit(call: Callable[[], object]) -> None:
    """Call this when the outermost transaction has been committed, and never if it is rolled back.

    What it raises is logged: the change is made, so its answer stands. Raises RuntimeError outside a transaction.
    """
    _ending().afterwards.append(call)


def lastly(finish: Callable[[list[T]], object], item: T) -> None:
    """Have ``finish`` called once, with all such items, when all else of the outermost transaction is done.

    Only the commit comes after it: so a row that everybody writes is locked for no longer than that takes, and whoever
    has it waits for nobody. What it raises undoes the transaction. Raises RuntimeError outside one.
    """
    _ending().lastly.setdefault(finish, []).append(item)


def _ending() -> Ending:
    if not in_transaction():
        raise RuntimeError("no transaction is open: this belongs into the command's `with transaction():` block")
    ending: Ending = db.session().info[ENDING]
    return ending
