"""What happens to trusted devices, as ``core.events`` tells it. ``user_id`` is the owner, ``context`` who did it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import ClassVar

from app.accounts.events import CredentialAdded, CredentialRemoved
from app.core.languages import said

TRUSTED_BROWSER = said("browser without a second factor")


@dataclass(frozen=True, kw_only=True)
class DeviceTrusted(CredentialAdded):
    """In one browser no second factor is asked for, until then."""

    kind: ClassVar[str] = TRUSTED_BROWSER
    opens_sessions: ClassVar[bool] = False
    device_id: uuid.UUID
    expires_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class DeviceDistrusted(CredentialRemoved):
    """It is asked for there, too."""

    kind: ClassVar[str] = TRUSTED_BROWSER
    opens_sessions: ClassVar[bool] = False
    device_id: uuid.UUID
