"""Mails are promised in the transaction of what they are about, and claimed, each by one, to be sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from flask import current_app

from app.core import clock, pruning
from app.core.database import after_commit, execute_returning, execute_write, in_transaction, new_id, reader
from app.core.mail.kinds import kinds_of
from app.core.mail.models import Queued
from app.core.mail.waking import wake

LEASE = dt.timedelta(minutes=5)
"""For which a claim lasts: longer than a mail server is waited for."""
LONGEST_WAIT = dt.timedelta(hours=1)
MAX_PROBLEM = 300
"""Characters."""

Outcome = Literal["sent", "needless", "dead"]


def queue(
    kind: str,
    *,
    user_id: uuid.UUID | None = None,
    address: str | None = None,
    language: str | None = None,
    payload: Mapping[str, Any] | None = None,
    due_at: dt.datetime | None = None,
) -> None:
    """Promise a mail. Inside a transaction it is promised if, and only if, that is committed.

    ``due_at`` is for mails of later, such as reminders: whether one is still wanted then, its kind finds out.
    ``payload`` is stored as JSON and not hidden: it holds ids, and no secret. Raises KeyError for an unknown kind.
    """
    due_at = due_at or clock.now()
    row = {
        "id": new_id(),
        "kind": kinds_of(current_app)[kind].name,
        "user_id": user_id,
        "address": address,
        "language": language,
        "payload": dict(payload) if payload else None,
        "tries": 0,
        "created_at": due_at,
        "due_at": due_at,
    }
    execute_write(sa.insert(Queued).values(row))
    if in_transaction():
        after_commit(wake)
    else:
        wake()


def claim(limit: int = 1) -> Sequence[sa.Row[Any]]:
    """Mails that are due, which nobody else gets while the lease lasts."""
    due = (Queued.outcome.is_(None), Queued.due_at <= clock.now())
    chosen = sa.select(Queued.id).where(*due).order_by(Queued.due_at).limit(limit).with_for_update(skip_locked=True)
    statement = sa.update(Queued).where(Queued.id.in_(chosen), *due)
    claimed = statement.values(due_at=clock.now() + LEASE, tries=Queued.tries + 1)
    return execute_returning(claimed.returning(*Queued.__table__.columns))


def finish(claimed: sa.Row[Any], outcome: Outcome, problem: str | None = None) -> bool:
    """Note what came of it, and forget whom it went to. False: the lease was over, and it is somebody else's now."""
    values = {"outcome": outcome, "finished_at": clock.now(), "problem": _short(problem), "address": None}
    return _mine(claimed, {**values, "payload": sa.null()})


def put_off(claimed: sa.Row[Any], problem: str) -> bool:
    """Let it be tried again later: after 1, 2, 4 … minutes, at most an hour."""
    wait = min(dt.timedelta(minutes=2 ** min(claimed.tries - 1, 10)), LONGEST_WAIT)
    return _mine(claimed, {"due_at": clock.now() + wait, "problem": _short(problem)})


def release(claimed: sa.Row[Any]) -> bool:
    """Give back what was not tried, as a worker does that is told to stop."""
    return _mine(claimed, {"due_at": clock.now(), "tries": Queued.tries - 1})


def _mine(claimed: sa.Row[Any], values: Mapping[str, Any]) -> bool:
    statement = sa.update(Queued).where(
        Queued.id == claimed.id, Queued.tries == claimed.tries, Queued.outcome.is_(None)
    )
    return execute_write(statement.values(**values)) == 1


def _short(problem: str | None) -> str | None:
    return None if problem is None else " ".join(problem.split())[:MAX_PROBLEM]


def retry(ids: Sequence[uuid.UUID] | None = None) -> int:
    """Try at once what is put off (all of it, or these). What is finished is not: nobody knows any more to whom."""
    statement = sa.update(Queued).where(Queued.outcome.is_(None)).values(due_at=clock.now())
    if ids is not None:
        statement = statement.where(Queued.id.in_(ids))
    count = execute_write(statement)
    wake()
    return count


def counts() -> dict[str, int]:
    """How many there are by outcome; "waiting" are those that have none."""
    outcome = sa.func.coalesce(Queued.outcome, "waiting")
    with reader().connect() as connection:
        rows = connection.execute(sa.select(outcome, sa.func.count()).group_by(outcome)).all()
    return {row[0]: row[1] for row in rows}


def lag() -> dt.timedelta:
    """For how long the oldest mail has been waiting that is due."""
    due = (Queued.outcome.is_(None), Queued.due_at <= clock.now())
    oldest = sa.select(Queued.created_at).where(*due).order_by(Queued.created_at).limit(1)
    with reader().connect() as connection:
        row = connection.execute(oldest).first()
    return dt.timedelta(0) if row is None else clock.now() - row.created_at


def list_of(outcome: str | None, limit: int = 100) -> Sequence[sa.Row[Any]]:
    """The latest mails with this outcome; None: those that wait."""
    wanted = Queued.outcome.is_(None) if outcome is None else Queued.outcome == outcome
    statement = sa.select(*Queued.__table__.columns).where(wanted).order_by(Queued.id.desc()).limit(limit)
    with reader().connect() as connection:
        return connection.execute(statement).all()


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete what was finished long enough ago. Idempotent; for a daily job. Returns how many went."""
    return pruning.prune(Queued, Queued.finished_at < clock.now() - pruning.PRUNE_AFTER, progress)
