"""The tables of the audit trail: its rows, and where each chain begins since older ones were pruned."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base


class AuditRow(Base):
    """Something that happened or was refused. Nobody changes a row, but for blanking what is personal in it.

    There are no foreign keys: a row outlives whomever it is about. Its ``id`` begins with the time, so ids are in the
    order of ``at``. ``seq`` is its place in its chain, ``mac`` proves that place and all of the row, and with it the
    row before: ``sealing`` says how. ``salt`` goes with what is personal: ``digest`` then says nothing of that.
    """

    __tablename__ = "audit"
    __table_args__ = (
        sa.UniqueConstraint("chain", "seq"),
        sa.Index("ix_audit_user_id_id", "user_id", "id"),
        sa.Index("ix_audit_actor_id_id", "actor_id", "id"),
        sa.Index("ix_audit_kind_id", "kind", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    kind: Mapped[str] = mapped_column(sa.String(60))
    accepted: Mapped[bool]
    """False: it was refused, or it was an attempt at what is forbidden."""
    user_id: Mapped[uuid.UUID | None]
    """Whose account it happened to."""
    actor_id: Mapped[uuid.UUID | None]
    by: Mapped[str | None] = mapped_column(sa.String(10))
    """The actor as seen from the account: owner, other, operator; None: not known."""
    session_id: Mapped[uuid.UUID | None]
    """The session that the actor used."""
    request_id: Mapped[str | None] = mapped_column(sa.String(40))
    details: Mapped[str] = mapped_column(sa.Text)
    """A JSON object, as text: what is signed is these very letters."""
    address: Mapped[str | None] = mapped_column(sa.String(45))
    client: Mapped[str | None] = mapped_column(sa.String(100))
    """What the client called itself: "Firefox on Windows"."""
    salt: Mapped[str | None] = mapped_column(sa.String(32))
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    chain: Mapped[int] = mapped_column(sa.SmallInteger)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    key_id: Mapped[str] = mapped_column(sa.String(8))
    mac: Mapped[str] = mapped_column(sa.String(64))


class Checkpoint(Base):
    """Up to where a chain was pruned: the last row that went, signed, so that nobody else can make one."""

    __tablename__ = "audit_checkpoints"

    chain: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    mac: Mapped[str] = mapped_column(sa.String(64))
    pruned_at: Mapped[dt.datetime]
    key_id: Mapped[str] = mapped_column(sa.String(8))
    signature: Mapped[str] = mapped_column(sa.String(64))
