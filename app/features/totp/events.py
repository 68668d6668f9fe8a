"""What happens to authenticator apps, as ``core.events`` tells it. ``user_id`` is the owner, ``context`` who did it."""

from __future__ import annotations

from typing import ClassVar

from app.accounts.events import CredentialAdded, CredentialRemoved
from app.core.languages import said

AUTHENTICATOR_APP = said("authenticator app")


class TotpAdded(CredentialAdded):
    """An app has shown its first code, and is asked for at each sign-in from now on."""

    kind: ClassVar[str] = AUTHENTICATOR_APP


class TotpRemoved(CredentialRemoved):
    """It is asked for no more."""

    kind: ClassVar[str] = AUTHENTICATOR_APP
