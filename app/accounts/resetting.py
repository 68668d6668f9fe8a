"""A new password for somebody who does not know the old one, but reads the mails to the account's address."""

from __future__ import annotations

from app.accounts import erasing, hashes, passwords
from app.accounts.addresses import prove_address
from app.accounts.credentials import owner_of, store
from app.accounts.events import PasswordReset
from app.accounts.hashing_queue import require_place
from app.accounts.mailed import LINK_OVER, PASSWORD_RESET, WRONG_CODE, Brought, Judged, judge
from app.accounts.models import User
from app.accounts.passwords import Owner
from app.accounts.service import locked
from app.core.errors import VALIDATION_FAILED
from app.one_time import Found
from app.one_time.mailed import ADDRESS


def reset_password(brought: Brought, new_password: str) -> User:
    """Set a new password by what was mailed, and end every session. Nobody is signed in by it.

    An account that is about to be deleted stays.

    Where the password is refused, the link stays good, and so does the code. An account whose address nobody had proved
    before is emptied: somebody else may have made it (``addresses``). Raises LINK_OVER, WRONG_CODE, VALIDATION_FAILED,
    BUSY, and whatever a gate raises.
    """
    require_place()
    judged = _judged(brought, new_password)
    try:
        return _reset(judged, new_password)
    except Exception:
        judged.put_back()
        raise


def _judged(brought: Brought, new_password: str) -> Judged:
    """What was brought, if it is good. With a wrong code all is told that is wrong with the password as well."""
    try:
        return judge(PASSWORD_RESET, brought)
    except WRONG_CODE as wrong:
        try:
            passwords.check_quickly(new_password, Owner(), "password")
        except VALIDATION_FAILED as weak:
            raise WRONG_CODE(errors={**(wrong.errors or {}), **(weak.errors or {})}, facts=weak.facts) from None
        raise


def _reset(judged: Judged, new_password: str) -> User:
    user_id = judged.found.user_id
    if user_id is None:
        raise LINK_OVER
    passwords.check_acceptable(new_password, owner_of(user_id))
    password_hash = hashes.hash_password(new_password)
    with judged.used_up():
        user = locked(user_id)
        if not user.is_active or not _is_for_this_address(judged.found, user):
            raise LINK_OVER
        is_first = user.password_hash is None
        prove_address(user, set_up_by_them=False)
        store(user, password_hash, None, PasswordReset(user_id=user.id, is_first=is_first))
        erasing.stop(user.id)  # whoever wants a password wants the account
    return user


def _is_for_this_address(found: Found, user: User) -> bool:
    """It is void once the account has another one. Whoever mails it may say to which address, normalised."""
    return bool(found.payload.get(ADDRESS, user.email_normalized) == user.email_normalized)
