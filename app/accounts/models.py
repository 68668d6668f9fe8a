"""The tables of people: accounts, and who they are elsewhere."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal, NamedTuple, NoReturn, get_args

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import names, roles
from app.core import clock
from app.core.database import new_id
from app.extensions import Base

FOR_GOOD = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
"""The end of a ban that has none: a moment as well, so that one comparison answers for every ban."""

Status = Literal["active", "disabled", "banned"]
STATUSES: tuple[Status, ...] = get_args(Status)


class Ban(NamedTuple):
    """Why somebody is kept out, since when, and until when; None: for good."""

    reason: str
    since: dt.datetime
    until: dt.datetime | None

    @classmethod
    def of(cls, reason: str | None, since: dt.datetime | None, until: dt.datetime | None) -> Ban | None:
        """From the three columns of a user, if it is not over."""
        if since is None or until is None or until <= clock.now():
            return None
        return cls(reason or "", since, None if until == FOR_GOOD else until)


def is_let_in(is_enabled: bool, banned_until: dt.datetime | None) -> bool:
    """Neither disabled nor banned at this moment. A ban that is over needs nobody to lift it."""
    return is_enabled and (banned_until is None or banned_until <= clock.now())


def _only(condition: str) -> dict[str, Any]:
    """Of an index: the rows that it has, in each engine's words. SQLite looks for the very same ones in a query."""
    return {
        "sqlite_where": sa.text(condition.format(false="0")),
        "postgresql_where": sa.text(condition.format(false="false")),
    }


class User(Base):
    """A person. ``email`` is as they wrote it, ``email_normalized`` what makes two addresses the same one.

    ``language`` is the one that they have chosen for pages and mails, as a BCP 47 tag. ``erase_at``: they have deleted
    their account, which goes then, unless they sign in before.
    """

    __tablename__ = "users"
    __table_args__ = (
        # Those of a role, and the few who are kept out, in the order of the list: none is looked for among all.
        sa.Index("ix_users_role_id", "role", "id"),
        sa.Index("ix_users_disabled", "id", **_only("is_active = {false}")),
        sa.Index("ix_users_banned", "id", **_only("banned_until IS NOT NULL")),
        sa.Index("ix_users_erase_at", "erase_at", **_only("erase_at IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(sa.String(320))
    email_normalized: Mapped[str] = mapped_column(sa.String(320), unique=True)
    name: Mapped[str | None] = mapped_column(sa.String(names.MAX_LENGTH))
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    password_changed_at: Mapped[dt.datetime | None]
    role: Mapped[str] = mapped_column(sa.String(40), default=roles.DEFAULT_ROLE)
    is_enabled: Mapped[bool] = mapped_column("is_active", default=True)
    banned_until: Mapped[dt.datetime | None]
    banned_at: Mapped[dt.datetime | None]
    ban_reason: Mapped[str | None] = mapped_column(sa.Text)
    email_verified_at: Mapped[dt.datetime | None]
    language: Mapped[str | None] = mapped_column(sa.String(35))
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    last_sign_in_at: Mapped[dt.datetime | None]
    erase_at: Mapped[dt.datetime | None]

    @classmethod
    def new(cls, email: str, email_normalized: str, **values: Any) -> User:
        """An account to be stored, all of whose times are one moment."""
        now = clock.now()
        times = {"created_at": now, "updated_at": now}
        if values.get("password_hash"):
            times["password_changed_at"] = now
        return cls(id=new_id(), email=email, email_normalized=email_normalized, **times, **values)

    @hybrid_property
    def is_active(self) -> bool:
        """May they come in at this moment? In SQL, too, where the moment is the parameter ``now``, if that is given.

        Whoever asks for an active user asks for this, and so knows of bans without naming them. Setting it disables
        or enables.
        """
        return is_let_in(self.is_enabled, self.banned_until)

    @is_active.inplace.setter
    def _is_active_setter(self, value: bool) -> None:
        self.is_enabled = value

    @is_active.inplace.expression
    @classmethod
    def _is_active_expression(cls) -> sa.ColumnElement[bool]:
        now: sa.BindParameter[dt.datetime] = sa.bindparam("now", callable_=clock.now)
        return sa.and_(cls.is_enabled, sa.or_(cls.banned_until.is_(None), cls.banned_until <= now))

    @is_active.inplace.update_expression
    @classmethod
    def _is_active_update(cls, value: Any) -> list[tuple[Any, Any]]:
        return [(cls.is_enabled, value)]

    @property
    def ban(self) -> Ban | None:
        """The one that keeps them out at this moment."""
        return Ban.of(self.ban_reason, self.banned_at, self.banned_until)

    @property
    def status(self) -> Status:
        """A disabled account is that whether or not it is banned as well: no moment lets it in."""
        if not self.is_enabled:
            return "disabled"
        return "active" if self.ban is None else "banned"

    @property
    def password(self) -> NoReturn:
        """Nobody knows it. Raises AttributeError, as setting it does: that would be swallowed, and store nothing."""
        raise AttributeError("a password is not kept, only its hash: ask accounts.verify_password(user, password)")

    @password.setter
    def password(self, _password: object) -> NoReturn:
        raise AttributeError("use accounts.set_password(user, password): it hashes, and ends the sessions")

    def __repr__(self) -> str:
        return f"<User {self.email} {self.role}{'' if self.is_active else f' {self.status}'}>"


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


class FormerAddress(Base):
    """An address that an account had, and that whoever reads it may take back, with the account, ``until`` then.

    ``left_at`` is when the account got another one. Until that is over no other account gets this one: whoever has
    stolen an account could close the way back.
    """

    __tablename__ = "former_addresses"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(sa.String(320))
    email_normalized: Mapped[str] = mapped_column(sa.String(320), index=True)
    left_at: Mapped[dt.datetime]
    until: Mapped[dt.datetime] = mapped_column(index=True)
