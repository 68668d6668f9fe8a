"""The tables of people: accounts, and who they are elsewhere."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import names, roles
from app.core import clock
from app.core.database import new_id
from app.extensions import Base


class User(Base):
    """A person. ``email`` is as they wrote it, ``email_normalized`` what makes two addresses the same one."""

    __tablename__ = "users"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(sa.String(320))
    email_normalized: Mapped[str] = mapped_column(sa.String(320), unique=True)
    name: Mapped[str | None] = mapped_column(sa.String(names.MAX_LENGTH))
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    password_changed_at: Mapped[dt.datetime | None]
    role: Mapped[str] = mapped_column(sa.String(40), default=roles.DEFAULT_ROLE, index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    email_verified_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    last_sign_in_at: Mapped[dt.datetime | None]

    @classmethod
    def new(cls, email: str, email_normalized: str, **values: Any) -> User:
        """An account to be stored, all of whose times are one moment."""
        now = clock.now()
        times = {"created_at": now, "updated_at": now}
        if values.get("password_hash"):
            times["password_changed_at"] = now
        return cls(id=new_id(), email=email, email_normalized=email_normalized, **times, **values)

    @property
    def password(self) -> NoReturn:
        """Nobody knows it. Raises AttributeError, as setting it does: that would be swallowed, and store nothing."""
        raise AttributeError("a password is not kept, only its hash: ask accounts.verify_password(user, password)")

    @password.setter
    def password(self, _password: object) -> NoReturn:
        raise AttributeError("use accounts.set_password(user, password): it hashes, and ends the sessions")

    def __repr__(self) -> str:
        return f"<User {self.email} {self.role}{'' if self.is_active else ' disabled'}>"


EXACT = sa.String(255, collation="C").with_variant(sa.String(255, collation="BINARY"), "sqlite")
"""Compared byte by byte on both engines: no two spellings of a subject are the same person (CVE-2024-32879)."""


class Identity(Base):
    """An account at an identity provider that opens a user's account here.

    ``subject`` is the provider's own id for the person, never an address or a name that could change hands.
    """

    __tablename__ = "identities"
    __table_args__ = (sa.UniqueConstraint("provider", "subject"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(sa.String(80))
    subject: Mapped[str] = mapped_column(EXACT)
    email: Mapped[str | None] = mapped_column(sa.String(320))
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    last_used_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
