"""What happens to recovery codes, as ``core.events`` tells it. ``user_id`` is the owner, ``context`` who did it."""

from __future__ import annotations

from typing import ClassVar

from app.accounts.events import CredentialAdded, CredentialRemoved
from app.accounts.factor_events import CredentialUsed
from app.core.languages import said

RECOVERY_CODES = said("recovery codes")


class RecoveryCodesMade(CredentialAdded):
    """There is a new set of them. Those before do nothing any more."""

    kind: ClassVar[str] = RECOVERY_CODES


class RecoveryCodesRemoved(CredentialRemoved):
    """They do nothing any more."""

    kind: ClassVar[str] = RECOVERY_CODES


class RecoveryCodeUsed(CredentialUsed):
    """One of them took the place of a second factor. It is good for nothing now."""

    kind: ClassVar[str] = RECOVERY_CODES
