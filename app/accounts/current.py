"""The caller of a request: session and user in one indexed query, read anew each time.

This is the hottest code of the application. It uses Core and a connection without a transaction; a view that
wants to change the user asks for ``record()``.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from app.accounts.acting import Actor, with_actor
from app.accounts.models import User, is_let_in
from app.accounts.roles import permissions_of
from app.core import clock
from app.core.database import read_one
from app.core.hot import HotRead
from app.core.refused import note_why
from app.extensions import db
from app.passport import forbidden, unauthorized
from app.passport.bearer import INVALID_TOKEN, TOKEN_REVOKED, Claims
from app.sessions import Session
from app.sessions.tokens import claimed_id

ACCOUNT_DISABLED = unauthorized("account_disabled", "This account is disabled.")
SESSION_REQUIRED = forbidden(
    "session_required",
    "Only a signed-in session may do this, not a key.",
    for_people="This is for people who are signed in, not for keys.",
)


@dataclass(frozen=True, slots=True)
class CurrentSession:
    """The session row behind the request."""

    id: uuid.UUID
    authenticated_at: dt.datetime
    created_at: dt.datetime
    expires_at: dt.datetime
    remember: bool
    methods: list[str]
    """The strategies that its holder has passed."""
    assured_at: dt.datetime | None
    """When they showed a second factor last; None: never."""


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """Who is calling, as their row says now. ``session`` is None for ways in that have none."""

    id: uuid.UUID
    email: str
    name: str | None
    role: str
    is_active: bool
    """Neither disabled nor banned, when the row was read."""
    email_verified_at: dt.datetime | None
    created_at: dt.datetime
    password_changed_at: dt.datetime | None
    language: str | None
    """The one that they have chosen for pages and mails."""
    session: CurrentSession | None = None
    scopes: frozenset[str] | None = None
    """The permissions that this way in is limited to; None: all that the role has."""
    actor: Actor | None = None
    """Who acts for them in this session, if it is not they themselves."""

    @classmethod
    def of(cls, user: User) -> CurrentUser:
        """The same person from a model, without a session."""
        return cls.from_row([getattr(user, column.key) for column in USER_COLUMNS])

    @classmethod
    def from_row(cls, row: Sequence[Any], session: CurrentSession | None = None) -> CurrentUser:
        """From the values of USER_COLUMNS, in their order."""
        user_id, email, name, role, is_enabled, banned_until, verified_at, created_at, changed_at, language = row
        is_active = is_let_in(is_enabled, banned_until)
        return cls(user_id, email, name, role, is_active, verified_at, created_at, changed_at, language, session)

    def has_role(self, role: str) -> bool:
        """Never for a way in that is limited to some permissions: a role means all of them."""
        return self.role == role and self.scopes is None

    def can(self, permission: str) -> bool:
        """By the role, and by what this way in may use of it."""
        return permission in permissions_of(self.role) and (self.scopes is None or permission in self.scopes)

    def own_session(self) -> CurrentSession:
        """The session. Raises SESSION_REQUIRED for a way in that has none."""
        if self.session is None:
            raise SESSION_REQUIRED
        return self.session

    def record(self) -> User:
        """The user as a model, to change."""
        user = db.session.get(User, self.id)
        if user is None:  # deleted since the guard looked
            raise TOKEN_REVOKED
        return user


USER_COLUMNS: tuple[sa.orm.InstrumentedAttribute[Any], ...] = (
    User.id,
    User.email,
    User.name,
    User.role,
    User.is_enabled,
    User.banned_until,
    User.email_verified_at,
    User.created_at,
    User.password_changed_at,
    User.language,
)
SESSION_COLUMNS: tuple[sa.orm.InstrumentedAttribute[Any], ...] = (
    Session.authenticated_at,
    Session.created_at,
    Session.expires_at,
    Session.remember,
    Session.methods,
    Session.assured_at,
)
_BY_SESSION = HotRead(
    sa.select(*USER_COLUMNS, *SESSION_COLUMNS, User.erase_at, Session.revoked_at)
    .join(Session, Session.user_id == User.id)
    .where(Session.id == sa.bindparam("sid"))
)
_BY_ID = sa.select(*USER_COLUMNS).where(User.id == sa.bindparam("user_id"))
_LANGUAGE = sa.select(User.language).where(User.id == sa.bindparam("user_id"))


def in_session(session_id: uuid.UUID, row: Sequence[Any]) -> CurrentUser:
    """From the values of USER_COLUMNS and then SESSION_COLUMNS, in their order."""
    *person, authenticated_at, created_at, expires_at, remember, methods, assured_at = row
    times = (authenticated_at, created_at, expires_at)
    return CurrentUser.from_row(person, CurrentSession(session_id, *times, remember, methods.split(), assured_at))


def from_claims(claims: Claims) -> CurrentUser:
    """Whom a token stands for, by the rows as they are now: claims are hints, the row decides.

    Raises TOKEN_REVOKED for an ended session and a disabled, banned, closing or deleted user.
    """
    session_id = claimed_id(claims, "sid")
    row = _BY_SESSION.first({"sid": session_id})
    if row is None:
        note_why("there is no such session", session=str(session_id))
        raise TOKEN_REVOKED
    *of_both, erase_at, revoked_at = row
    user = in_session(session_id, of_both)
    if user.id != claimed_id(claims, "sub"):
        raise INVALID_TOKEN
    is_kept_out = not user.is_active or erase_at is not None
    if revoked_at is not None or is_kept_out or user.own_session().expires_at <= clock.now():
        why = "has ended" if revoked_at is not None else "is of somebody kept out" if is_kept_out else "is over"
        note_why(f"the session {why}", session=str(session_id))
        raise TOKEN_REVOKED
    return with_actor(user)


def language_of(user_id: uuid.UUID) -> str | None:
    """The language that somebody has chosen for themselves."""
    row = read_one(_LANGUAGE, {"user_id": user_id})
    return None if row is None else cast("str | None", row[0])


def load(user_id: uuid.UUID) -> CurrentUser | None:
    """An active user by id, for strategies that know who it is without a session. None: nobody, or kept out."""
    row = read_one(_BY_ID, {"user_id": user_id})
    if row is None:
        return None
    user = CurrentUser.from_row(row)
    return user if user.is_active else None
