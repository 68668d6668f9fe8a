"""A refresh exchanges the refresh id of a session for its successor, in one compare-and-set statement."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from app.core import clock
from app.core.database import read_one, transaction
from app.core.events import announce
from app.passport import unauthorized
from app.passport.bearer import BAD_TOKEN, TOKEN_REVOKED
from app.sessions.events import RefreshTokenReused
from app.sessions.models import Session
from app.sessions.service import revoke

TOKEN_REUSED = unauthorized(
    "token_reused",
    "A refresh token that was replaced long ago came back: the session is ended. Sign in again.",
    challenge=BAD_TOKEN,
    for_people="You are signed out, because an old copy of your session was used. Sign in again.",
)
ROTATE = (
    sa.update(Session)
    .where(
        Session.id == sa.bindparam("id_"),
        Session.refresh_id == sa.bindparam("presented"),
        sa.or_(Session.rotated_at.is_(None), Session.rotated_at <= sa.bindparam("horizon")),
        Session.revoked_at.is_(None),
        Session.expires_at > sa.bindparam("now"),
    )
    .values(
        refresh_id=sa.bindparam("successor"),
        previous_refresh_id=sa.bindparam("presented"),
        rotated_at=sa.bindparam("now"),
        last_seen_at=sa.bindparam("now"),
    )
)
"""Exchange the refresh id that is presented for its successor. Exactly one of many parallel callers moves the row."""
_BY_ID = sa.select(
    Session.id,
    Session.user_id,
    Session.refresh_id,
    Session.previous_refresh_id,
    Session.rotated_at,
    Session.revoked_at,
    Session.last_seen_at,
    Session.expires_at,
).where(Session.id == sa.bindparam("id_"))


@dataclass(frozen=True, slots=True)
class Rotated:
    """A session after a rotation: what its next tokens are made from."""

    id: uuid.UUID
    refresh_id: uuid.UUID
    last_seen_at: dt.datetime
    expires_at: dt.datetime


def follow(session_id: uuid.UUID, presented: uuid.UUID, horizon: dt.datetime) -> Rotated:
    """The answer to a refresh id that ROTATE did not exchange, from the row as it is now.

    Whoever lost a race is, within the grace period, given the same successor. So is whoever presents that successor
    within the period: a second rotation would cut off a tab that is still on its way with the first id.

    Raises TOKEN_REVOKED for an ended session, TOKEN_REUSED for an id that was replaced longer ago, which ends the
    session (RFC 9700 section 4.14.2).
    """
    row = read_one(_BY_ID, {"id_": session_id})
    if row is None or row.revoked_at is not None or row.expires_at <= clock.now():
        raise TOKEN_REVOKED
    just_replaced = presented == row.previous_refresh_id and row.rotated_at > horizon
    if presented == row.refresh_id or just_replaced:
        return Rotated(row.id, row.refresh_id, row.last_seen_at, row.expires_at)
    with transaction():
        announce(RefreshTokenReused(user_id=row.user_id, session_id=session_id))
        revoke(session_id, "refresh_token_reused")
    raise TOKEN_REUSED
