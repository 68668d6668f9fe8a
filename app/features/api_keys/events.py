"""What happens to API keys, as ``core.events`` tells it. ``user_id`` is the owner, ``context`` who did it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import ClassVar

from app.accounts.events import CredentialAdded, CredentialRemoved
from app.core.languages import said
from app.passport.strategies.api_key import token_of

API_KEY = said("API key")


@dataclass(frozen=True, kw_only=True)
class ApiKeyMade(CredentialAdded):
    """A program can act for the owner from now on, with these permissions, until then (None: without an end)."""

    kind: ClassVar[str] = API_KEY
    opens_sessions: ClassVar[bool] = False
    key_id: uuid.UUID
    scopes: tuple[str, ...]
    expires_at: dt.datetime | None

    @property
    def label(self) -> str:
        return token_of(self.key_id, "…")


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(CredentialRemoved):
    """It cannot any more."""

    kind: ClassVar[str] = API_KEY
    opens_sessions: ClassVar[bool] = False
    key_id: uuid.UUID

    @property
    def label(self) -> str:
        return token_of(self.key_id, "…")
