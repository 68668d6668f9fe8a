"""The table of addresses that people want, and have not proved yet."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import rows_of
from app.core import clock
from app.core.database import new_id
from app.extensions import Base


class WantedAddress(Base):
    """The address that somebody wants their account to have: one for each person, so that a newer wish ends an older.

    ``id`` is another one for each wish, and what its mail is about. ``was`` is the account's address in its normalised
    form when it was wished for. Nothing here says whether anybody else has the address.
    """

    __tablename__ = "wanted_addresses"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(default=new_id)
    email: Mapped[str] = mapped_column(sa.String(320))
    was: Mapped[str] = mapped_column(sa.String(320))
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


_SHOWN = (WantedAddress.id, WantedAddress.email, WantedAddress.was)
EXPORT = rows_of(WantedAddress.user_id, *_SHOWN, WantedAddress.created_at, WantedAddress.expires_at)
"""What its owner is given of it."""
