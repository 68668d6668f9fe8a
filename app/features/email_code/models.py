"""The table of those who have a code mailed as their second factor."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import rows_of
from app.core import clock
from app.extensions import Base


class EmailCode(Base):
    """Somebody who has turned it on. It counts while their address is verified."""

    __tablename__ = "email_codes"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[dt.datetime] = mapped_column(default=clock.now)


EXPORT = rows_of(EmailCode.user_id, EmailCode.since)
"""What its owner is given of it."""
