"""What stands in tables anyway, read at each scrape: a bounded number of rows, whatever there is."""

from __future__ import annotations

import datetime as dt
import logging

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock
from app.core.database import reading
from app.core.mail import Queued, is_configured, outbox
from app.features.metrics.catalogue import DATABASE_UP, MAILS, OUTBOX_DUE, OUTBOX_LAG, SESSIONS
from app.features.metrics.exposition import Series
from app.sessions import Session

MOST_SESSIONS, MOST_MAILS = 50_000, 10_000
OUTCOMES = ("waiting", "sent", "needless", "dead")

log = logging.getLogger(__name__)


def read() -> dict[str, Series]:
    """By the metrics' names. Where the database does not answer, that is all that is known."""
    try:
        found = {SESSIONS.name: _one(open_sessions())} | (_mails() if is_configured(current_app) else {})
    except SQLAlchemyError as error:
        log.warning("metrics: the database does not answer: %s", type(error).__name__)
        return {DATABASE_UP.name: _one(0)}
    return {DATABASE_UP.name: _one(1), **found}


def _one(value: float) -> Series:
    return {(): [value]}


def _mails() -> dict[str, Series]:
    return {
        OUTBOX_DUE.name: _one(mails_due()),
        OUTBOX_LAG.name: _one(outbox.lag().total_seconds()),
        MAILS.name: {(outcome,): [count] for outcome, count in mails_of_last_hour().items()},
    }


def open_sessions() -> int:
    """Ids sort by their time, so the newest are read by the primary key."""
    newest = sa.select(Session.revoked_at, Session.expires_at).order_by(Session.id.desc()).limit(MOST_SESSIONS)
    row = newest.subquery()
    is_open = sa.and_(row.c.revoked_at.is_(None), row.c.expires_at > clock.now())
    return _count(sa.select(sa.func.count()).select_from(row).where(is_open))


def mails_due() -> int:
    """By the index of those that are not sent."""
    due = sa.select(Queued.id).where(Queued.outcome.is_(None), Queued.due_at <= clock.now()).limit(MOST_MAILS)
    return _count(sa.select(sa.func.count()).select_from(due.subquery()))


def _count(statement: sa.Select[int]) -> int:
    with reading() as connection:
        return int(connection.execute(statement).scalar_one())


def mails_of_last_hour() -> dict[str, int]:
    newest = sa.select(Queued.outcome, Queued.created_at).order_by(Queued.id.desc()).limit(MOST_MAILS).subquery()
    outcome = sa.func.coalesce(newest.c.outcome, "waiting")
    lately = newest.c.created_at > clock.now() - dt.timedelta(hours=1)
    with reading() as connection:
        rows = connection.execute(sa.select(outcome, sa.func.count()).where(lately).group_by(outcome)).all()
    return dict.fromkeys(OUTCOMES, 0) | {row[0]: row[1] for row in rows}
