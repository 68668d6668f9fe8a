"""What happens to second factors, as ``core.events`` tells it. Those of one feature are in the feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.accounts.events import CredentialsChanged
from app.core.events import Event


class FactorsReset(CredentialsChanged):
    """All second factors are gone, of somebody who has lost theirs."""


@dataclass(frozen=True, kw_only=True)
class CredentialUsed(Event):
    """Something was used that is kept for when all else is lost: its owner should know. ``left`` of it are left."""

    kind: ClassVar[str]
    left: int
