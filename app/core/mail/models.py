"""The outbox table: mails that were promised, with what they are about, and no secret that they will carry."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import new_id
from app.extensions import Base


class Queued(Base):
    """``kind`` says who composes it (``kinds``), of ``user_id``, ``address`` and ``payload``, when it is sent.

    While ``outcome`` is None, it is sent at ``due_at``, or later. Whoever claims it moves ``due_at`` on: if they die,
    somebody else sends it then. ``tries`` counts the claims. Once it is sent, or needless, ``address`` and ``payload``
    are gone.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index(
            "ix_outbox_due_at",
            "due_at",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(sa.String(60))
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid(), index=True)
    """No foreign key: that an account was deleted is worth a mail, too."""
    address: Mapped[str | None] = mapped_column(sa.String(320))
    language: Mapped[str | None] = mapped_column(sa.String(35))
    """Of whoever was at the page, as a BCP 47 tag."""
    payload: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    tries: Mapped[int] = mapped_column(sa.Integer, default=0)
    due_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    """When it was due first: as it was promised, or later."""
    finished_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None] = mapped_column(sa.String(10))
    """sent; needless (there was nobody to send it to); dead (given up)."""
    problem: Mapped[str | None] = mapped_column(sa.String(300))
    """Why it could not be sent, the last time."""
