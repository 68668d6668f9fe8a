"""The table of invitations."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import rows_of
from app.core import clock
from app.core.database import new_id
from app.extensions import Base

Status = Literal["open", "accepted", "revoked", "expired"]

NOT_ENDED = "accepted_at IS NULL AND revoked_at IS NULL"


class Invitation(Base):
    """Somebody was asked, by mail, to make an account with this address and role.

    ``digest`` is the keyed hash of the link's secret: each mail has a new one, with which that of the mail before is
    void. ``invited_by`` None: an operator. Whoever is deleted takes their invitations along.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        sa.Index(
            "uq_invitations_open",
            "email_normalized",
            unique=True,
            sqlite_where=sa.text(NOT_ENDED),
            postgresql_where=sa.text(NOT_ENDED),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(sa.String(320))
    email_normalized: Mapped[str] = mapped_column(sa.String(320))
    role: Mapped[str] = mapped_column(sa.String(40))
    invited_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    revoked_at: Mapped[dt.datetime | None]

    @property
    def status(self) -> Status:
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None:
            return "revoked"
        return "open" if self.expires_at > clock.now() else "expired"


def is_open() -> tuple[sa.ColumnElement[bool], ...]:
    """As a condition: neither accepted, nor revoked, nor over."""
    not_ended = (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    return (*not_ended, Invitation.expires_at > clock.now())


_SHOWN = (Invitation.id, Invitation.email, Invitation.role, Invitation.created_at, Invitation.expires_at)
_ENDED = (Invitation.accepted_at, Invitation.revoked_at)
EXPORT = rows_of((Invitation.invited_by, Invitation.accepted_by), *_SHOWN, *_ENDED)
"""What somebody is given of those that they sent, and of the one that they came by."""
