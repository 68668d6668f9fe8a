"""A refresh exchanges the refresh id of a session for its successor, in one compare-and-set statement."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core import clock
from app.core.database import new_id, transaction
from app.core.events import announce
from app.core.hot import HotExchange, HotRead
from app.core.settings import settings
from app.passport import unauthorized
from app.passport.bearer import BAD_TOKEN, TOKEN_REVOKED, Claims
from app.sessions.events import RefreshTokenReused
from app.sessions.methods import acting_in
from app.sessions.models import Session
from app.sessions.service import revoke
from app.sessions.tokens import claimed_id

TOKEN_REUSED = unauthorized(
    "token_reused",
    "A refresh token that was replaced long ago came back: the session is ended. Sign in again.",
    challenge=BAD_TOKEN,
    for_people="You are signed out, because an old copy of your session was used. Sign in again.",
)
_ROTATE = (
    sa.update(Session)
    .where(
        Session.id == sa.bindparam("id_"),
        Session.user_id == sa.bindparam("sub", type_=sa.Uuid()),  # the column's type is that of users.id, not known yet
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
"""Exactly one of many parallel callers moves the row."""
_OF_TOKENS = (Session.expires_at, Session.authenticated_at, Session.methods)
"""What tokens are made of that a rotation does not change."""


class _Row(NamedTuple):
    """What ``follow`` decides by."""

    id: uuid.UUID
    user_id: uuid.UUID
    refresh_id: uuid.UUID
    previous_refresh_id: uuid.UUID | None
    rotated_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    authenticated_at: dt.datetime
    methods: str


_BY_ID = HotRead(sa.select(*(getattr(Session, name) for name in _Row._fields)).where(Session.id == sa.bindparam("id_")))


@dataclass(frozen=True, slots=True)
class Rotated:
    """A session after a rotation: what its next tokens are made from."""

    id: uuid.UUID
    refresh_id: uuid.UUID
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    authenticated_at: dt.datetime
    methods: str
    carried_csrf: str | None = field(default=None, kw_only=True)
    """The CSRF value of the token that was exchanged, which the next ones go on with."""


class Presented(NamedTuple):
    """A refresh token that somebody brings, by its claims, and when they did."""

    session_id: uuid.UUID
    user_id: uuid.UUID
    refresh_id: uuid.UUID
    csrf: str | None
    at: dt.datetime

    @classmethod
    def now(cls, claims: Claims) -> Presented:
        """Raises AuthenticationFailed for claims that are no ids."""
        session_id, user_id, refresh_id = (claimed_id(claims, name) for name in ("sid", "sub", "jti"))
        csrf = claims.get("csrf")
        return cls(session_id, user_id, refresh_id, csrf if isinstance(csrf, str) else None, clock.now())

    @property
    def horizon(self) -> dt.datetime:
        """An id that was replaced since then still leads to its successor."""
        return self.at - settings().refresh_grace


class Rotation:
    """Exchanges a refresh id for its successor, and reads the holder of the session in the same statement.

    ``columns`` are what to read of the row that ``is_holder`` finds for a session, ``of_session`` what to read of that.
    Where the holder is not ``is_good``, of which ``now`` is the moment, nothing is exchanged.
    """

    def __init__(
        self,
        columns: Sequence[sa.orm.InstrumentedAttribute[Any]],
        is_holder: sa.ColumnElement[bool],
        is_good: sa.ColumnExpressionArgument[bool],
        of_session: Sequence[sa.orm.InstrumentedAttribute[Any]],
    ) -> None:
        # One by one: SQLite's RETURNING takes columns of no other table.
        read = (sa.select(column).where(is_holder).correlate(Session).scalar_subquery() for column in columns)
        is_good_holder = sa.exists().where(is_holder, is_good).correlate(Session)
        # Under names of their own: ``of_session`` may have them, too.
        of_tokens = (column.label(f"its_{column.key}") for column in _OF_TOKENS)
        self._exchange = HotExchange(_ROTATE.where(is_good_holder).returning(*of_tokens, *read, *of_session))

    def exchange(self, presented: Presented) -> tuple[Rotated, Sequence[Any]] | None:
        """The session as it is now, and the columns of its holder and those of the session, in one row.

        None: nothing was exchanged. Where that is not the holder's fault, ``follow`` has the answer.
        """
        successor = new_id()
        row = self._exchange.first(
            {
                "id_": presented.session_id,
                "sub": presented.user_id,
                "presented": presented.refresh_id,
                "successor": successor,
                "horizon": presented.horizon,
                "now": presented.at,
            }
        )
        if row is None:
            return None
        of_tokens, others = row[: len(_OF_TOKENS)], row[len(_OF_TOKENS) :]
        return Rotated(presented.session_id, successor, presented.at, *of_tokens, carried_csrf=presented.csrf), others


def follow(presented: Presented) -> Rotated:
    """The answer to a refresh id that was not exchanged, from the row as it is now.

    Whoever lost a race is, within the grace period, given the same successor. So is whoever presents that successor
    within the period: a second rotation would cut off a tab that is still on its way with the first id.

    Raises TOKEN_REVOKED for an ended session, TOKEN_REUSED for an id that was replaced longer ago, which ends the
    session (RFC 9700 section 4.14.2).
    """
    found = _BY_ID.first({"id_": presented.session_id})
    row = None if found is None else _Row(*found)
    if row is None or row.revoked_at is not None or row.expires_at <= clock.now():
        raise TOKEN_REVOKED
    is_recent = row.rotated_at is not None and row.rotated_at > presented.horizon
    just_replaced = is_recent and presented.refresh_id == row.previous_refresh_id
    if presented.refresh_id == row.refresh_id or just_replaced:
        times = row.last_seen_at, row.expires_at, row.authenticated_at
        return Rotated(row.id, row.refresh_id, *times, row.methods, carried_csrf=presented.csrf)
    with transaction():
        presumed = acting_in(row.methods.split(), row.id)
        announce(RefreshTokenReused(user_id=row.user_id, session_id=row.id), presumed=presumed)
        revoke(row.id, "refresh_token_reused")
    raise TOKEN_REUSED
