"""An account is taken back from somebody who should not be in it, by whoever reads the mails about its safety."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from app import one_time, sessions
from app.accounts import erasing
from app.accounts.events import AccountSecured, IdentityDisconnected
from app.accounts.models import Identity, User
from app.core import clock
from app.core.database import execute_returning
from app.core.events import announce


def secure(user: User, *, since: dt.datetime) -> None:
    """End all that lets anybody in, as a step of a command that has locked the row: everybody has to come in anew.

    Sessions, one-time secrets and the password go, with the identities that were connected ``since`` then. Whoever
    keeps other credentials hears AccountSecured. Secrets that rescue stay good: the account may have several mailboxes
    by now, and a thief's must not void the owner's.
    """
    user.password_hash = None
    user.password_changed_at = clock.now()  # a sign-in that is under way, too, finds the account changed
    sessions.revoke_all(user.id, "account_secured")
    erasing.stop(user.id)
    one_time.void_all(user.id)
    recent = sa.delete(Identity).where(Identity.user_id == user.id, Identity.created_at >= since)
    for row in execute_returning(recent.returning(Identity.id, Identity.provider)):
        gone = IdentityDisconnected(user_id=user.id, identity_id=row.id, provider=row.provider, alone=False)
        announce(gone)
    announce(AccountSecured(user_id=user.id, since=since))
