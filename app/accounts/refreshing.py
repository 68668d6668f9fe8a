"""Staying signed in: a refresh token exchanged for its successor, and its holder read on the way."""

from __future__ import annotations

import sqlalchemy as sa

from app import sessions
from app.accounts.current import SESSION_COLUMNS, USER_COLUMNS, CurrentSession, CurrentUser, from_claims
from app.accounts.models import User
from app.core import clock
from app.core.database import new_id
from app.core.hot import HotExchange
from app.core.settings import settings
from app.passport.bearer import Claims
from app.sessions import Rotated, Session
from app.sessions.tokens import claimed_id

_N = len(USER_COLUMNS)
_OWNER = User.id == Session.user_id
_EXCHANGE = HotExchange(
    sessions.ROTATE.where(
        Session.user_id == sa.bindparam("sub"),
        sa.exists().where(_OWNER, User.is_active).correlate(Session),
    ).returning(
        # One by one: SQLite returns columns of no other table.
        *(sa.select(column).where(_OWNER).correlate(Session).scalar_subquery() for column in USER_COLUMNS),
        *SESSION_COLUMNS,
    )
)


def refresh(claims: Claims) -> tuple[CurrentUser, Rotated]:
    """Exchange the refresh token with these claims: its holder, and the session to make the next tokens from.

    One statement does it. Only where that moves no row is it asked why. Raises AuthenticationFailed: ``token_revoked``,
    ``token_reused``, as ``from_claims`` and ``sessions.follow`` say.
    """
    session_id, presented = claimed_id(claims, "sid"), claimed_id(claims, "jti")
    now, successor = clock.now(), new_id()
    horizon = now - settings().refresh_grace
    row = _EXCHANGE.first(
        {
            "id_": session_id,
            "sub": claimed_id(claims, "sub"),
            "presented": presented,
            "successor": successor,
            "horizon": horizon,
            "now": now,
        }
    )
    if row is None:
        return from_claims(claims), sessions.follow(session_id, presented, horizon)
    session = CurrentSession(session_id, *row[_N:])
    return CurrentUser.from_row(row[:_N], session), Rotated(session_id, successor, now, session.expires_at)
