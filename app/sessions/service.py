"""Start, confirm, list and end sessions. Every change is one compare-and-set statement, or of a locked row."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import sqlalchemy as sa
from flask import has_request_context

from app.core import clock, pruning
from app.core.database import execute_returning, locking, new_id, read_one, transaction
from app.core.events import UNKNOWN, Actor, announce
from app.core.hot import HotWrite
from app.core.http import client_address, user_agent
from app.core.paging import MAX_PAGE
from app.core.settings import settings
from app.extensions import db
from app.passport import forbidden
from app.sessions.events import SessionEnded
from app.sessions.methods import Proved, acting_in, are_two_factors, is_by_another, is_second_factor
from app.sessions.models import Session

FRESH_REQUIRED = forbidden(
    "fresh_required",
    "Confirm your password first: POST /auth/confirm.",
    for_people="Confirm that it is still you, then try again.",
)


class Client(NamedTuple):
    """The device behind a session, as it describes itself."""

    user_agent: str = ""
    address: str = ""


def this_client() -> Client:
    """The device that the current request comes from; an unknown one outside a request."""
    return Client(user_agent(), client_address()) if has_request_context() else Client()


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that begins, with the columns of its row."""

    id: uuid.UUID
    refresh_id: uuid.UUID
    authenticated_at: dt.datetime
    created_at: dt.datetime
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    remember: bool
    user_agent: str
    address: str
    methods: str
    assured_at: dt.datetime | None

    @classmethod
    def now(
        cls,
        client: Client,
        *,
        remember: bool = False,
        methods: Collection[str] = (),
        lasts: dt.timedelta | None = None,
    ) -> NewSession:
        now = clock.now()
        longest = settings().session_lifetime
        expires_at = now + (longest if lasts is None else min(lasts, longest))
        assured_at = now if are_two_factors(methods) else None
        times = (now, now, now, expires_at)
        done = " ".join(sorted(methods))
        return cls(new_id(), new_id(), *times, remember, client.user_agent, client.address, done, assured_at)

    def after(self, session: Proved) -> NewSession:
        """The same, with what was proved in the session that it takes the place of."""
        return replace(self, methods=" ".join(session.methods), assured_at=session.assured_at)


DISOWNED = ("account_secured", "factors_reset", "address_proved_by_another", "refresh_token_reused")
"""Why sessions end that a stranger may have been in."""
_FIELDS = tuple(field.name for field in fields(NewSession))
_START = HotWrite(sa.insert(Session).values({name: sa.bindparam(name) for name in ("user_id", *_FIELDS)}))


def start(
    user_id: uuid.UUID,
    client: Client,
    *,
    remember: bool = False,
    methods: Collection[str] = (),
    after: Proved | None = None,
    lasts: dt.timedelta | None = None,
) -> NewSession:
    """Open a session of somebody who has passed these strategies, or who has proved as much as in the session before.

    Whether this user may have one, the caller knows, and has locked what that rests on. ``lasts``: at most so long.
    """
    session = NewSession.now(client, remember=remember, methods=methods, lasts=lasts)
    if after is not None:
        session = session.after(after)
    _START.run({"user_id": user_id, **{name: getattr(session, name) for name in _FIELDS}})
    return session


def confirm(session_id: uuid.UUID, strategy: str | None) -> None:
    """Note that the person behind the session has just proved again who they are, by this strategy.

    None: by something that makes the session fresh, and is worth no more.

    Two factors are shown when it is of another kind than what they showed before, or of two by itself. So a password
    alone, asked for again, does not count for a second factor that was shown long ago.
    """
    now = clock.now()
    with transaction():
        session = db.session.scalar(locking(sa.select(Session).where(Session.id == session_id)))
        if session is None or session.revoked_at is not None:
            return
        session.authenticated_at = now
        if strategy is None:
            return
        before = set(session.methods.split())
        session.methods = " ".join(sorted(before | {strategy}))
        if is_second_factor(strategy, before - {strategy}):
            session.assured_at = now


def doubt(session_id: uuid.UUID) -> None:
    """Let the session stand, and be neither fresh nor assured until its holder shows again who they are."""
    with transaction():
        session = db.session.scalar(locking(sa.select(Session).where(Session.id == session_id)))
        if session is not None:
            stale = clock.now() - settings().fresh_for - dt.timedelta(seconds=1)
            session.authenticated_at = min(session.authenticated_at, stale)
            session.assured_at = None


def is_acted_in(session_id: uuid.UUID) -> bool:
    """Does somebody act for its owner in this session? For what knows of a session alone, and of no caller."""
    row = read_one(sa.select(Session.methods).where(Session.id == session_id), {})
    return row is not None and is_by_another(row.methods.split())


def revoke(session_id: uuid.UUID, reason: str, *, user_id: uuid.UUID | None = None, by: Actor = None) -> bool:
    """End one session (of this user, when given). False if there was none to end; the first reason stays.

    ``by`` is who does it, where no guard has found that out: else it is whoever acts for the owner in it, if anybody.
    """
    statement = sa.update(Session).where(Session.id == session_id, Session.revoked_at.is_(None))
    if user_id is not None:
        statement = statement.where(Session.user_id == user_id)
    return _end(statement, reason, by) > 0


def replace_in_browser(session_id: uuid.UUID, reason: str, *, newcomer: uuid.UUID) -> None:
    """End the session that a browser had, in which this person signs in. They have done nothing to one of another's."""
    statement = sa.update(Session).where(Session.id == session_id, Session.revoked_at.is_(None))
    _end(statement, reason, newcomer=newcomer)


def revoke_all(user_id: uuid.UUID, reason: str, *, except_id: uuid.UUID | None = None) -> int:
    """End every session of a user, but for one if asked. Returns how many ended."""
    statement = sa.update(Session).where(Session.user_id == user_id, Session.revoked_at.is_(None))
    if except_id is not None:
        statement = statement.where(Session.id != except_id)
    return _end(statement, reason)


def _end(statement: sa.Update, reason: str, by: Actor = None, newcomer: uuid.UUID | None = None) -> int:
    columns = (Session.id, Session.user_id, Session.methods)
    ended = statement.values(revoked_at=clock.now(), revoked_reason=reason).returning(*columns)
    with transaction():
        rows = execute_returning(ended)
        for row in rows:
            event = SessionEnded(user_id=row.user_id, session_id=row.id, reason=reason)
            acting = acting_in(row.methods.split(), row.id)
            if newcomer is None:
                announce(event, actor=by, presumed=acting)
            else:
                announce(event, actor=acting or (newcomer if row.user_id == newcomer else UNKNOWN))
    return len(rows)


def list_active(
    user_id: uuid.UUID, *, cursor: uuid.UUID | None = None, limit: int = MAX_PAGE
) -> tuple[Sequence[Session], uuid.UUID | None]:
    """A page of the sessions of a user that can still be used, the last seen first, and the next page's cursor or None.

    A cursor is the id of the last session of the page before, which may have ended since.
    """
    now = clock.now()
    statement = sa.select(Session).where(
        Session.user_id == user_id,
        Session.revoked_at.is_(None),
        Session.expires_at > now,
        Session.last_seen_at > now - settings().refresh_idle,
    )
    if cursor is not None:
        last = db.session.get(Session, cursor)
        if last is None or last.user_id != user_id:
            return [], None
        earlier = Session.last_seen_at < last.last_seen_at
        statement = statement.where(earlier | ((Session.last_seen_at == last.last_seen_at) & (Session.id < last.id)))
    newest_first = statement.order_by(Session.last_seen_at.desc(), Session.id.desc())
    found = db.session.scalars(newest_first.limit(limit + 1)).all()
    return (found, None) if len(found) <= limit else (found[:limit], found[limit - 1].id)


def addresses_of(user_id: uuid.UUID) -> set[str]:
    """From where somebody has signed in, as far as it is kept: of sessions that ended, until they are pruned.

    But not of those that ended because they may have been somebody else's.
    """
    theirs = Session.revoked_reason.is_(None) | Session.revoked_reason.not_in(DISOWNED)
    return set(db.session.scalars(sa.select(Session.address).where(Session.user_id == user_id, theirs).distinct()))


def find_active(session_id: uuid.UUID) -> Session | None:
    """The session, if it still stands."""
    session = db.session.get(Session, session_id)
    if session is None or session.revoked_at is not None or session.expires_at <= clock.now():
        return None
    return session


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete sessions that ended long enough ago. Idempotent; for a daily job. Returns how many went."""
    horizon = clock.now() - pruning.PRUNE_AFTER
    return pruning.prune(Session, sa.or_(Session.expires_at < horizon, Session.revoked_at < horizon), progress)
