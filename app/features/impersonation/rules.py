"""Who may act for whom, from the rows as they are at each request."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.accounts import Actor, CurrentUser, User, is_open_while_acting
from app.accounts.acting import IMPERSONATING
from app.accounts.models import is_let_in
from app.accounts.roles import ADMIN_ROLE, permission, permissions_of
from app.core import clock
from app.core.database import read_one
from app.core.settings import of
from app.features.impersonation.models import Impersonation
from app.features.impersonation.settings import Settings
from app.sessions import Session

USERS_IMPERSONATE = permission("users:impersonate", roles=("admin",))
METHOD = "impersonation"
"""As which strategy its sessions have it that they were begun so."""

_ROW = sa.select(
    Impersonation.id,
    Impersonation.session_id,
    Impersonation.user_id,
    Impersonation.actor_id,
    Impersonation.actor_session_id,
    Impersonation.ends_at,
    Impersonation.ended_at,
    User.email,
    User.role,
    User.is_enabled.label("is_enabled"),
    User.banned_until,
    Session.revoked_at,
    Session.expires_at,
).join(User, User.id == Impersonation.actor_id)
_BY_SESSION = _ROW.join(Session, Session.id == Impersonation.actor_session_id).where(
    Impersonation.session_id == sa.bindparam("session_id")
)


def row_of(session_id: uuid.UUID) -> sa.Row[Any] | None:
    """The impersonation of this session, with who acts and the session that they came from."""
    return read_one(_BY_SESSION, {"session_id": session_id})


def may_still(row: sa.Row[Any], role: str) -> bool:
    """Whoever acts is as they were when it began: let in, in their own session, and may do all that the person may."""
    now = clock.now()
    is_theirs = is_let_in(row.is_enabled, row.banned_until) and row.revoked_at is None and row.expires_at > now
    return is_theirs and row.ended_at is None and row.ends_at > now and may_for(row.role, role)


def may_for(actor: str, role: str) -> bool:
    """May somebody of the first role act for somebody of the second? For no admin, and for nobody who may do more."""
    mine = permissions_of(actor)
    return USERS_IMPERSONATE in mine and role != ADMIN_ROLE and permissions_of(role) <= mine


def actor_of(row: sa.Row[Any]) -> Actor:
    return Actor(row.actor_id, row.email, row.actor_session_id, row.ends_at)


def is_on() -> bool:
    return of(current_app, Settings).enabled


def claims(session_id: uuid.UUID) -> dict[str, Any]:
    """Who acts, for the tokens of the session (RFC 8693 section 4.1)."""
    row = row_of(session_id)
    return {} if row is None else {"act": {"sub": str(row.actor_id)}}


def close(user: CurrentUser) -> None:
    """Raises IMPERSONATING for what changes something and is not opened to whoever acts for somebody."""
    if user.actor is not None and not is_open_while_acting():
        raise IMPERSONATING
