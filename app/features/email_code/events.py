"""What happens to mailed codes as a factor, as ``core.events`` tells it. ``user_id`` is the owner."""

from __future__ import annotations

from typing import ClassVar

from app.accounts.events import CredentialAdded, CredentialRemoved
from app.core.languages import said

CODES_BY_MAIL = said("codes by e-mail")


class EmailCodeAdded(CredentialAdded):
    """A code is mailed, and asked for, at each sign-in from now on."""

    kind: ClassVar[str] = CODES_BY_MAIL


class EmailCodeRemoved(CredentialRemoved):
    """It is asked for no more."""

    kind: ClassVar[str] = CODES_BY_MAIL
