"""The one_time table: hashes of secrets that are good for one use."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base


class OneTime(Base):
    """``digest`` is the SHA-256 of the secret, ``bound_to`` that of what must come back beside it."""

    __tablename__ = "one_time"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(100))
    bound_to: Mapped[str] = mapped_column(sa.String(64))
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)
