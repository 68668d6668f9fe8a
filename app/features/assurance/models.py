"""The table of those who have to have a second factor and had none when they were first seen."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import rows_of
from app.core import clock
from app.extensions import Base


class Grace(Base):
    """When that was. It is not begun anew for whoever loses their factors later."""

    __tablename__ = "second_factor_graces"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    began_at: Mapped[dt.datetime] = mapped_column(default=clock.now)


EXPORT = rows_of(Grace.user_id, Grace.began_at)
"""What its owner is given of it."""
