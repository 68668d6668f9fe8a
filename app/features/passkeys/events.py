"""What happens to passkeys, as ``core.events`` tells it. ``user_id`` is the owner, ``context`` who did it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from app.accounts.events import CredentialAdded, CredentialRemoved
from app.core.languages import said

PASSKEY = said("passkey")


@dataclass(frozen=True, kw_only=True)
class PasskeyAdded(CredentialAdded):
    """A passkey opens the account from now on."""

    kind: ClassVar[str] = PASSKEY
    passkey_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(CredentialRemoved):
    """It does no more."""

    kind: ClassVar[str] = PASSKEY
    passkey_id: uuid.UUID
