"""Acting for somebody: it begins, is judged at each request, and ends."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from app import sessions
from app.accounts import ROLE_ABOVE_YOURS, Actor, CurrentUser, User
from app.accounts.current import ACCOUNT_DISABLED, from_claims
from app.accounts.events import AccountClosed
from app.accounts.managing import locked_with
from app.accounts.roles import ADMIN_ROLE
from app.core import clock, mail
from app.core.database import execute_write, new_id, transaction
from app.core.errors import refusal, with_status
from app.core.events import Actor as By
from app.core.events import announce
from app.core.settings import of, settings
from app.extensions import db
from app.features.impersonation import rules
from app.features.impersonation.events import ImpersonationBegan, ImpersonationEnded, ImpersonationLeft
from app.features.impersonation.models import Impersonation
from app.features.impersonation.settings import Settings
from app.one_time.digests import digest, finds
from app.passport import AuthenticationFailed
from app.passport.bearer import TOKEN_REVOKED
from app.sessions import Client, NewSession, Session
from app.sessions.events import SessionEnded

KIND = "impersonation"
"""Of secrets, and of mails."""
BACK_FOR = dt.timedelta(minutes=10)
"""After its end a browser still finds the way back to the session that it came from, once."""
AGAIN_FOR = dt.timedelta(seconds=10)
"""After the first time: two clicks both come back."""
MAX_SECRET = 64
ENDED, VOID = "impersonation_ended", "impersonation_void"
"""Why its session has ended, as the row says."""
LEAVING = ("signed_out", "signed_in_again")
"""Whoever leaves the browser so leaves their own session in it, too."""

NOT_TO_BE_IMPERSONATED = refusal(
    403,
    "not_to_be_impersonated",
    "Nobody acts for an admin, or for themselves.",
    for_people="Nobody acts for an admin, or for themselves.",
)
KEPT_OUT = with_status(ACCOUNT_DISABLED, 409)
"""Of the person who is to be acted for."""


class Began(NamedTuple):
    user: CurrentUser
    session: NewSession
    secret: str
    """What the browser keeps, to come back by."""
    until: dt.datetime


def begin(actor: CurrentUser, user_id: uuid.UUID, browser: str, reason: str, minutes: int | None = None) -> Began:
    """Open a session of this person in which ``actor`` acts for them, for so long, and mail them about it.

    The way back is for this ``browser`` only. What the same session of theirs has begun before ends.

    Raises NOT_FOUND, NOT_TO_BE_IMPERSONATED, ROLE_ABOVE_YOURS, KEPT_OUT. That the actor has the permission, and has
    shown a second factor, the view has seen to.
    """
    longest = of(current_app, Settings).minutes
    lasts = dt.timedelta(minutes=min(minutes or longest, longest))
    secret = secrets.token_urlsafe(32)
    with transaction():
        user = locked_with(user_id, actor.id)
        _check(actor, user)
        _end_earlier(actor)
        # No device of theirs: it makes none known, and tells them nobody's address.
        session = sessions.start(user.id, Client(), methods=(rules.METHOD,), lasts=lasts)
        made = Impersonation(
            id=new_id(),
            session_id=session.id,
            user_id=user.id,
            actor_id=actor.id,
            actor_session_id=actor.own_session().id,
            secret_hash=digest(KIND, _bound(secret, browser)),
            reason=reason,
            began_at=session.created_at,
            ends_at=session.expires_at,
            way_back_until=session.expires_at + BACK_FOR,
        )
        db.session.add(made)
        db.session.flush()
        _announce_begin(made)
        if of(current_app, Settings).notice and mail.is_configured(current_app):
            mail.queue(KIND, user_id=user.id, language=user.language, payload={"impersonation": str(made.id)})
    return Began(CurrentUser.of(user), session, secret, made.ends_at)


def _announce_begin(made: Impersonation) -> None:
    announce(
        ImpersonationBegan(
            user_id=made.user_id,
            impersonation_id=made.id,
            session_id=made.session_id,
            until=made.ends_at,
            reason=made.reason,
        )
    )


def _end_earlier(actor: CurrentUser) -> None:
    """Its cookie is about to be overwritten: nothing leads back from it any more, and nobody would end it."""
    theirs = Impersonation.actor_session_id == actor.own_session().id
    running = theirs & Impersonation.ended_at.is_(None) & (Impersonation.ends_at > clock.now())
    for session_id in db.session.scalars(sa.select(Impersonation.session_id).where(running)).all():
        sessions.revoke(session_id, ENDED, by=actor.id)
    execute_write(sa.update(Impersonation).where(theirs).values(way_back_until=None))


def _check(actor: CurrentUser, user: User) -> None:
    if user.id == actor.id or user.role == ADMIN_ROLE:
        raise NOT_TO_BE_IMPERSONATED
    if not rules.may_for(actor.role, user.role):
        raise ROLE_ABOVE_YOURS
    if not user.is_active or user.erase_at is not None:
        raise KEPT_OUT


def judge(user: CurrentUser) -> Actor:
    """Who acts for them in this session. Raises TOKEN_REVOKED where they may not any more, which ends it for good."""
    session_id = user.own_session().id
    row = rules.row_of(session_id)
    if row is not None and rules.is_on() and rules.may_still(row, user.role):
        return rules.actor_of(row)
    with transaction():
        # Sessions first, as whatever else ends one: of two at once, one waits for the other.
        sessions.revoke(session_id, VOID)
        if row is not None and row.ends_at > clock.now():
            _note_end(row.id, user.id, session_id, "void", row.actor_id)
    raise TOKEN_REVOKED


def _note_end(impersonation_id: uuid.UUID, user_id: uuid.UUID, session_id: uuid.UUID, why: str, by: By) -> None:
    """Of many who end it at once, one does."""
    now = clock.now()
    running = sa.update(Impersonation).where(Impersonation.id == impersonation_id, Impersonation.ended_at.is_(None))
    if execute_write(running.values(ended_at=now, way_back_until=_at_most(now + BACK_FOR))):
        ended = ImpersonationEnded(user_id=user_id, impersonation_id=impersonation_id, session_id=session_id, why=why)
        announce(ended, actor=by)


def _at_most(time: dt.datetime) -> sa.ColumnElement[dt.datetime | None]:
    """Nothing makes the way back last longer."""
    until = Impersonation.way_back_until
    return sa.case((until > time, time), else_=until)


def _bound(secret: str, browser: str) -> str:
    return f"{secret}.{browser}"


def find(secret: str, browser: str) -> Impersonation | None:
    """What this browser keeps the way back of, while there is one."""
    if not 0 < len(secret) <= MAX_SECRET or len(browser) > MAX_SECRET:
        return None
    is_it = finds(Impersonation.secret_hash, KIND, _bound(secret, browser))
    return db.session.scalar(sa.select(Impersonation).where(is_it, Impersonation.way_back_until > clock.now()))


def end(found: Impersonation) -> tuple[CurrentUser, Session] | None:
    """End it, and answer the session that it was begun from. None: that has ended, or the way back is used up.

    That session has been left alone in a browser that showed another person: it has to show again who it is.
    """
    now = clock.now()
    still = sa.update(Impersonation).where(Impersonation.id == found.id, Impersonation.way_back_until > now)
    with transaction():
        sessions.revoke(found.session_id, ENDED, by=found.actor_id)
        if not execute_write(still.values(way_back_until=_at_most(now + AGAIN_FOR))):
            return None
        sessions.doubt(found.actor_session_id)
    try:
        user = from_claims({"sid": found.actor_session_id, "sub": found.actor_id})
    except AuthenticationFailed:
        return None
    session = db.session.get(Session, found.actor_session_id, populate_existing=True)
    if session is None or session.last_seen_at + settings().refresh_idle <= clock.now():
        return None
    with transaction():
        left = ImpersonationLeft(user_id=user.id, impersonation_id=found.id, session_id=session.id)
        announce(left, actor=user.id, session_id=session.id)
    return user, session


def leave(ended: SessionEnded) -> None:
    """Signing out, or in as somebody else, while acting for somebody: one's own session in this browser ends as well.

    And where it has ended in another way, it is over.
    """
    found = db.session.scalar(sa.select(Impersonation).where(Impersonation.session_id == ended.session_id))
    if found is None:
        return
    is_leaving = ended.reason in LEAVING
    by = found.actor_id if is_leaving else ended.context.actor
    _note_end(found.id, found.user_id, found.session_id, "void" if ended.reason == VOID else "ended", by)
    if is_leaving:
        sessions.revoke(found.actor_session_id, ended.reason, by=found.actor_id)


def end_with(closed: AccountClosed) -> None:
    """While there are still rows that say what was: they go with the account of either of the two."""
    of_either = (Impersonation.actor_id == closed.user_id) | (Impersonation.user_id == closed.user_id)
    running = of_either & Impersonation.ended_at.is_(None) & (Impersonation.ends_at > clock.now())
    for session_id in db.session.scalars(sa.select(Impersonation.session_id).where(running)).all():
        sessions.revoke(session_id, VOID)
