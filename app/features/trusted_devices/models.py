"""The table of browsers in which an account is not asked for its second factor."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import rows_of
from app.core import clock
from app.core.database import new_id
from app.extensions import Base


class TrustedDevice(Base):
    """One account in one browser. ``secret_hash`` is the keyed hash of what the browser keeps for it."""

    __tablename__ = "trusted_devices"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(sa.String(300))
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    last_used_at: Mapped[dt.datetime | None]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


_SHOWN = (TrustedDevice.id, TrustedDevice.user_agent, TrustedDevice.created_at)
EXPORT = rows_of(TrustedDevice.user_id, *_SHOWN, TrustedDevice.last_used_at, TrustedDevice.expires_at)
"""What its owner is given of it."""
