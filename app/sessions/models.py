"""The tables of sessions, a row for each signed-in device or program, and of the keys that sign their tokens."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import new_id
from app.extensions import Base
from app.sessions.methods import is_by_another


class SigningKey(Base):
    """A key of access tokens, where JWT_KEYS is ``database``. ``kid`` begins with ``since``, from when on it signs.

    No two begin in one second, so their order is told. ``secret`` is the private key in PEM, encrypted.
    """

    __tablename__ = "signing_keys"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kid: Mapped[str] = mapped_column(sa.String(40), unique=True)
    algorithm: Mapped[str] = mapped_column(sa.String(10))
    since: Mapped[dt.datetime] = mapped_column(unique=True)
    secret: Mapped[str] = mapped_column(sa.Text)


class Session(Base):
    """``refresh_id`` is the ``jti`` of the one refresh token that is good now.

    ``previous_refresh_id`` was replaced at ``rotated_at``; for the grace period it still leads to its successor, so
    that tabs that refresh at once all stay signed in.

    ``methods`` are the strategies that the holder has passed, with a blank between: at ``authenticated_at`` the last of
    them. ``assured_at`` is when they showed a second factor last.
    """

    __tablename__ = "sessions"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    refresh_id: Mapped[uuid.UUID] = mapped_column(default=new_id)
    previous_refresh_id: Mapped[uuid.UUID | None]
    rotated_at: Mapped[dt.datetime | None]
    authenticated_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    methods: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    assured_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[dt.datetime]
    remember: Mapped[bool]
    revoked_at: Mapped[dt.datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(sa.String(40))
    user_agent: Mapped[str] = mapped_column(sa.String(300))
    address: Mapped[str] = mapped_column(sa.String(45))

    @property
    def by_another(self) -> bool:
        """Does somebody act for its owner in it?"""
        return is_by_another(self.methods.split())
