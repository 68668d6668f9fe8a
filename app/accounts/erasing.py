"""Leaving: whoever deletes their account has some days in which signing in stops that.

Until then nobody is signed in, and no program acts for them. Else a thief, or a slip, would destroy what nobody can
bring back: within these days the mail about it reaches somebody.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from flask import current_app

from app import one_time, sessions
from app.accounts.models import User
from app.accounts.personal_events import ErasureBegun, ErasureStopped
from app.accounts.service import Who, id_of, locked_to_leave, remove
from app.accounts.settings import Settings
from app.core import clock, pruning
from app.core.database import locking, reading, transaction
from app.core.events import announce
from app.core.hot import HotWrite
from app.core.settings import of
from app.extensions import db

AT_ONCE = 100

_STOP = HotWrite(
    sa.update(User)
    .where(User.id == sa.bindparam("user_id"), User.erase_at.is_not(None))
    .values(erase_at=None, updated_at=User.updated_at)
)


def close(who: Who) -> dt.datetime | None:
    """Delete an account by its owner's wish, or begin to. Returns when it is deleted; None: it was, at once.

    Where it has begun before, the day stays. Raises NOT_FOUND, LAST_ADMIN.
    """
    grace = of(current_app, Settings).erasure_grace
    with transaction():
        user = locked_to_leave(who)
        if not grace:
            remove(user)
            return None
        if user.erase_at is None:
            user.erase_at = clock.now() + grace
            announce(ErasureBegun(user_id=user.id, erase_at=user.erase_at))
        sessions.revoke_all(user.id, "account_closing")
        one_time.void_all(user.id)
        return user.erase_at


def stop(user_id: uuid.UUID) -> bool:
    """Keep the account after all, as a step of a command. False: it was not about to be deleted."""
    stopped = _STOP.run({"user_id": user_id}) == 1
    if stopped:
        announce(ErasureStopped(user_id=user_id), actor=user_id)
    return stopped


def is_closing(who: Who) -> bool:
    """Is it about to be deleted?"""
    with reading() as connection:
        found = connection.scalar(sa.select(User.erase_at).where(User.id == id_of(who)))
    return found is not None


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete the accounts whose days are over, each by itself. Idempotent; for a daily job. Returns how many went."""
    gone = 0
    while due := _due():
        for user_id in due:
            gone += _erase(user_id)
            progress(gone)
    return gone


def _due() -> list[uuid.UUID]:
    statement = sa.select(User.id).where(User.erase_at <= clock.now()).order_by(User.erase_at).limit(AT_ONCE)
    with reading() as connection:
        return list(connection.scalars(statement))


def _erase(user_id: uuid.UUID) -> bool:
    """False: its owner, or somebody else, was faster."""
    with transaction():
        still = sa.select(User).where(User.id == user_id, User.erase_at <= clock.now())
        user = db.session.scalar(locking(still))
        if user is not None:
            remove(user, by_owner=True)
        return user is not None
