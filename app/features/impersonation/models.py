"""The table of impersonations: who acted for whom, in which session, why, and until when."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import rows_of
from app.core import clock
from app.core.database import new_id
from app.extensions import Base


class Impersonation(Base):
    """``session_id`` is the session of ``user_id`` in which ``actor_id`` acts, ``actor_session_id`` their own.

    ``secret_hash`` is the keyed hash of what the browser keeps to come back to that. Without its row the session is
    nobody's: whatever deletes one of the four ends it. ``way_back_until`` is for how long that secret is good.
    """

    __tablename__ = "impersonations"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sessions.id", ondelete="CASCADE"), unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    actor_session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    began_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    ends_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    way_back_until: Mapped[dt.datetime | None]


_SHOWN = (Impersonation.began_at, Impersonation.ends_at, Impersonation.ended_at, Impersonation.reason)
EXPORT = rows_of(Impersonation.user_id, Impersonation.id, *_SHOWN)
"""What the person is given of it: not who it was, which is another person's."""
