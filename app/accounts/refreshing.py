"""Staying signed in: a refresh token exchanged for its successor, and its holder read on the way."""

from __future__ import annotations

import sqlalchemy as sa

from app import sessions
from app.accounts.acting import with_actor
from app.accounts.current import SESSION_COLUMNS, USER_COLUMNS, CurrentUser, from_claims, in_session
from app.accounts.models import User
from app.passport.bearer import Claims
from app.sessions import Presented, Rotated, Rotation, Session

_HAS_SESSIONS = sa.and_(User.is_active, User.erase_at.is_(None))
_ROTATION = Rotation(USER_COLUMNS, User.id == Session.user_id, _HAS_SESSIONS, SESSION_COLUMNS)


def refresh(claims: Claims) -> tuple[CurrentUser, Rotated]:
    """Exchange the refresh token with these claims: its holder, and the session to make the next tokens from.

    One statement does it. Only where that moves no row is it asked why. Raises AuthenticationFailed: ``token_revoked``,
    ``token_reused``, as ``from_claims`` and ``sessions.follow`` say.
    """
    presented = Presented.now(claims)
    exchanged = _ROTATION.exchange(presented)
    if exchanged is None:
        return from_claims(claims), sessions.follow(presented)
    rotated, row = exchanged
    return with_actor(in_session(rotated.id, row)), rotated
