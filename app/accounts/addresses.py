"""Who has shown that they read an account's address, and so owns the account.

Whoever makes an account names an address, and may name somebody else's. What they set up under it must not wait there
for the person whose address it is (pre-hijacking: Sudhodanan and Paverd, USENIX Security 2022). So whoever proves an
address gets the account, and where somebody else may have set it up, gets it empty.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app import one_time, sessions
from app.accounts.events import AccountReclaimed, EmailVerified, IdentityDisconnected
from app.accounts.models import FormerAddress, Identity, User
from app.core import clock
from app.core.database import execute_returning, read_one
from app.core.events import announce


def prove_address(user: User, *, set_up_by_them: bool) -> None:
    """Note that somebody has shown that they read the account's address. A step of a command that has locked the row.

    ``set_up_by_them``: they are signed in to the account, know its password, or use the browser that registered it.
    Otherwise, and unless the address was proved before, all is void that let anybody in: password, sessions,
    identities, one-time secrets, and whatever listens to AccountReclaimed, as API keys do. The name goes, too.
    """
    if user.email_verified_at is not None:
        return
    if not set_up_by_them:
        _empty(user)
    user.email_verified_at = clock.now()
    announce(EmailVerified(user_id=user.id))


def _empty(user: User) -> None:
    user.password_hash = user.name = None
    user.password_changed_at = clock.now()  # a sign-in that is under way, too, finds the account changed
    sessions.revoke_all(user.id, "address_proved_by_another")
    one_time.void_all(user.id)
    theirs = sa.delete(Identity).where(Identity.user_id == user.id).returning(Identity.id, Identity.provider)
    for row in execute_returning(theirs):
        gone = IdentityDisconnected(user_id=user.id, identity_id=row.id, provider=row.provider, alone=False)
        announce(gone)
    announce(AccountReclaimed(user_id=user.id))


def is_held(email_normalized: str, *, for_another_than: uuid.UUID) -> bool:
    """Was it another account's address, which may still take it back?

    Asked in the transaction that gives the address to somebody, *after* that has written it: whoever writes an address
    waits for the change that makes it free, and then sees what that has held.
    """
    statement = sa.select(FormerAddress.id).where(
        FormerAddress.email_normalized == email_normalized,
        FormerAddress.user_id != for_another_than,
        FormerAddress.until > clock.now(),
    )
    return read_one(statement.limit(1), {}) is not None
