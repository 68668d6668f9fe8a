"""Mails are promised in the transaction of what they are about, and claimed, each by one, to be sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import sqlalchemy as sa
from flask import current_app, has_request_context

from app.core import clock, languages, pruning
from app.core.database import execute_returning, execute_write, new_id, reading
from app.core.ending import after_commit, in_transaction
from app.core.mail.kinds import kinds_of
from app.core.mail.models import Queued
from app.core.mail.settings import Settings
from app.core.mail.transports import is_configured
from app.core.mail.waking import wake
from app.core.settings import of

ANSWERS = 12
"""How many a mail server gives for one mail, at most: each may take as long as MAIL_TIMEOUT_SECONDS says."""
COMPOSING = dt.timedelta(minutes=1)
"""How long it may take to make a mail."""
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

    Its language is that of the request, if none is given; whoever has chosen one for themselves gets theirs
    (``languages.of_users``). ``due_at`` is for mails of later, such as reminders: whether one is still wanted then, its
    kind finds out. ``payload`` is stored as JSON and not hidden: it holds ids, and no secret. Raises KeyError for an
    unknown kind. Where no mails can be sent, nothing is promised: who set MAIL_URL one day would send what nobody waits
    for any more.
    """
    name = kinds_of(current_app)[kind].name
    if not is_configured(current_app):
        return
    due_at = due_at or clock.now()
    row = {
        "id": new_id(),
        "kind": name,
        "user_id": user_id,
        "address": address,
        "language": language or (languages.current() if has_request_context() else None),
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


def claim() -> sa.Row[Any] | None:
    """A mail that is due, which nobody else gets while the lease lasts. The oldest first."""
    now = clock.now()
    due = (Queued.outcome.is_(None), Queued.due_at <= now)
    chosen = sa.select(Queued.id).where(*due).order_by(Queued.due_at).limit(1).with_for_update(skip_locked=True)
    # A scalar is asked for once. Of IN, PostgreSQL may ask for each row anew, and lock more than one.
    statement = sa.update(Queued).where(Queued.id == chosen.scalar_subquery(), *due)
    claimed = statement.values(due_at=now + lease(), tries=Queued.tries + 1)
    return next(iter(execute_returning(claimed.returning(*Queued.__table__.columns))), None)


def lease() -> dt.timedelta:
    """For how long a claim lasts: longer than all the answers of a mail server may take."""
    return ANSWERS * dt.timedelta(seconds=of(current_app, Settings).timeout) + COMPOSING


def finish(claimed: sa.Row[Any], outcome: Outcome, problem: str | None = None) -> bool:
    """Note what came of it. What is sent forgets whom it went to; what is dead may be tried again by an operator.

    False: the lease was over, and it is somebody else's now.
    """
    values = {"outcome": outcome, "finished_at": clock.now(), "problem": _short(problem)}
    return _mine(claimed, values if outcome == "dead" else {**values, "address": None, "payload": sa.null()})


def put_off(claimed: sa.Row[Any], problem: str) -> bool:
    """Let it be tried again later: after 1, 2, 4 … minutes, at most an hour."""
    wait = min(dt.timedelta(minutes=2 ** min(claimed.tries - 1, 10)), LONGEST_WAIT)
    return _mine(claimed, {"due_at": clock.now() + wait, "problem": _short(problem)})


def _mine(claimed: sa.Row[Any], values: Mapping[str, Any]) -> bool:
    statement = sa.update(Queued).where(
        Queued.id == claimed.id, Queued.tries == claimed.tries, Queued.outcome.is_(None)
    )
    return execute_write(statement.values(**values)) == 1


def _short(problem: str | None) -> str | None:
    return None if problem is None else " ".join(problem.split())[:MAX_PROBLEM]


def retry(ids: Sequence[uuid.UUID] | None = None, *, dead: bool = False) -> int:
    """Try at once what is put off: all of it, or these. ``dead``: what was given up, which then has all its tries anew.

    Of these mails, what somebody is trying at this very moment may go out twice.
    """
    wanted = [Queued.outcome == "dead"] if dead else [Queued.outcome.is_(None), Queued.problem.is_not(None)]
    if ids is not None:
        wanted.append(Queued.id.in_(ids))
    anew = {"outcome": None, "finished_at": None, "tries": 0} if dead else {}
    count = execute_write(sa.update(Queued).where(*wanted).values(due_at=clock.now(), **anew))
    wake()
    return count


def counts() -> dict[str, int]:
    """How many there are by outcome; "waiting" are those that have none."""
    none = dict.fromkeys(("waiting", *get_args(Outcome)), 0)
    outcome = sa.func.coalesce(Queued.outcome, "waiting")
    with reading() as connection:
        rows = connection.execute(sa.select(outcome, sa.func.count()).group_by(outcome)).all()
    return none | {row[0]: row[1] for row in rows}


def lag() -> dt.timedelta:
    """For how long the oldest mail has been waiting that is due."""
    due = (Queued.outcome.is_(None), Queued.due_at <= clock.now())
    oldest = sa.select(Queued.created_at).where(*due).order_by(Queued.created_at).limit(1)
    with reading() as connection:
        row = connection.execute(oldest).first()
    return dt.timedelta(0) if row is None else clock.now() - row.created_at


def list_of(outcome: str | None, limit: int = 100) -> Sequence[sa.Row[Any]]:
    """The latest mails with this outcome; None: those that wait."""
    wanted = Queued.outcome.is_(None) if outcome is None else Queued.outcome == outcome
    statement = sa.select(*Queued.__table__.columns).where(wanted).order_by(Queued.id.desc()).limit(limit)
    with reading() as connection:
        return connection.execute(statement).all()


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete what was finished long enough ago, and what nobody has sent for as long. Idempotent; for a daily job.
    Returns how many went.
    """
    horizon = clock.now() - pruning.PRUNE_AFTER
    over = sa.or_(Queued.finished_at < horizon, sa.and_(Queued.outcome.is_(None), Queued.created_at < horizon))
    return pruning.prune(Queued, over, progress)
