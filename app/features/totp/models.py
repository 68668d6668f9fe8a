"""The table of authenticator apps."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import rows_of
from app.core.encryption import Encrypted
from app.extensions import Base


class Totp(Base):
    """Somebody's app, and the one that they are setting up: that is good for nothing until it has shown a code.

    ``secret`` and ``pending`` are encrypted. ``last_counter`` is the time step of the last code that was used.
    """

    __tablename__ = "totp"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str | None] = mapped_column(sa.String(200))
    confirmed_at: Mapped[dt.datetime | None]
    last_counter: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    pending: Mapped[str | None] = mapped_column(sa.String(200))
    pending_until: Mapped[dt.datetime | None]


SECRET = Encrypted(Totp.secret, Totp.user_id)
PENDING = Encrypted(Totp.pending, Totp.user_id)

EXPORT = rows_of(Totp.user_id, Totp.confirmed_at, Totp.last_counter, Totp.pending_until)
"""What its owner is given of it."""
