"""The table of mails that somebody does not want."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import rows_of
from app.extensions import Base


class UnwantedMail(Base):
    """``kind`` is that of ``core.mail``, and one that is optional. Where there is no row, the person wants it."""

    __tablename__ = "unwanted_mails"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(60), primary_key=True)


EXPORT = rows_of(UnwantedMail.user_id, UnwantedMail.kind)
"""What its owner is given of it."""
