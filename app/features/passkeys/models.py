"""The tables of passkeys."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column
from webauthn.helpers import bytes_to_base64url

from app.accounts import names, rows_of
from app.core import clock
from app.core.database import new_id
from app.extensions import Base

MAX_CREDENTIAL_ID = 1023
"""Bytes (WebAuthn Level 3, section 6.5.1)."""
HANDLE_BYTES = 64


class Passkey(Base):
    """A public key, whose private one some authenticator of its owner has."""

    __tablename__ = "passkeys"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(MAX_CREDENTIAL_ID), unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """In COSE's form, which names its algorithm."""
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    backup_eligible: Mapped[bool]
    """May it leave the device it was made on? It never changes."""
    backed_up: Mapped[bool]
    """Has it left, the last time that it was used?"""
    transports: Mapped[str] = mapped_column(sa.String(200))
    """How a browser reaches the authenticator, separated by spaces."""
    aaguid: Mapped[str] = mapped_column(sa.String(36))
    """The authenticator's model, by its own word."""
    name: Mapped[str] = mapped_column(sa.String(names.MAX_LENGTH))
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    last_used_at: Mapped[dt.datetime | None]

    @property
    def credential(self) -> str:
        """The credential's id as browsers write it."""
        return bytes_to_base64url(self.credential_id)


class PasskeyHandle(Base):
    """What authenticators know a person by: random, so that it says nothing of who they are."""

    __tablename__ = "passkey_handles"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    handle: Mapped[bytes] = mapped_column(sa.LargeBinary(HANDLE_BYTES), unique=True)


_KEY = (Passkey.id, Passkey.name, Passkey.credential_id, Passkey.public_key, Passkey.sign_count, Passkey.aaguid)
_USE = (Passkey.transports, Passkey.backup_eligible, Passkey.backed_up, Passkey.created_at, Passkey.last_used_at)
EXPORTS = {
    "passkeys": rows_of(Passkey.user_id, *_KEY, *_USE),
    "passkey_handles": rows_of(PasskeyHandle.user_id, PasskeyHandle.handle),
}
"""What their owner is given of them."""
