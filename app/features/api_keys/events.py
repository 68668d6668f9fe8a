"""What happens to API keys, as ``core.events`` tells it. ``user_id`` is the owner, ``context`` who did it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ApiKeyMade(Event):
    """A program can act for the owner from now on, with these permissions, until then (None: without an end)."""

    key_id: uuid.UUID
    scopes: tuple[str, ...]
    expires_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(Event):
    """It cannot any more."""

    key_id: uuid.UUID
