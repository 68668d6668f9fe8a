"""The users table."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import roles
from app.core import clock
from app.core.database import new_id
from app.extensions import Base


class User(Base):
    """A person. ``email`` is as they wrote it, ``email_normalized`` what makes two addresses the same one."""

    __tablename__ = "users"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(sa.String(320))
    email_normalized: Mapped[str] = mapped_column(sa.String(320), unique=True)
    name: Mapped[str | None] = mapped_column(sa.String(100))
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    password_changed_at: Mapped[dt.datetime | None]
    role: Mapped[str] = mapped_column(sa.String(40), default=roles.DEFAULT_ROLE, index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    email_verified_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    last_sign_in_at: Mapped[dt.datetime | None]

    def __repr__(self) -> str:
        return f"<User {self.email} {self.role}{'' if self.is_active else ' disabled'}>"
