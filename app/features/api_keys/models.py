"""The table of API keys."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import names, rows_of
from app.core import clock
from app.core.database import new_id
from app.extensions import Base
from app.passport.strategies.api_key import token_of


class ApiKey(Base):
    """A personal access token. ``secret_hash`` is the SHA-256 of its secret part, in hex."""

    __tablename__ = "api_keys"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(names.MAX_LENGTH))
    secret_hash: Mapped[str] = mapped_column(sa.String(64))
    scopes: Mapped[str] = mapped_column(sa.Text)
    """Permission names, separated by spaces (RFC 6749 section 3.3)."""
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[dt.datetime | None]
    last_used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]

    @property
    def scope_names(self) -> list[str]:
        return self.scopes.split()

    @property
    def hint(self) -> str:
        """How the key's text begins: enough to find it where it is used, and no secret."""
        return token_of(self.id, "…")


_SHOWN = (ApiKey.id, ApiKey.name, ApiKey.scopes, ApiKey.created_at)
EXPORT = rows_of(ApiKey.user_id, *_SHOWN, ApiKey.expires_at, ApiKey.last_used_at, ApiKey.revoked_at)
"""What its owner is given of it."""
