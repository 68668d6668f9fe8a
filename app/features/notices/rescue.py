""" "This wasn't me": whoever reads a notice ends all that lets anybody in, and comes in again by a new password."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

from app import accounts, one_time
from app.accounts import LINK_OVER, Brought
from app.accounts.events import EmailChanged
from app.accounts.mailed import PASSWORD_RESET
from app.accounts.service import locked

NOT_ME = one_time.rescuing("not_me")
"""The purpose of the links. A thief who changes the password does not void them."""
LIFETIME = dt.timedelta(days=7)
LOOK_BACK = dt.timedelta(minutes=10)
"""What was added to the account right before the notice's moment belongs to it: a sign-in that connects a provider does
so first."""
TO_SET_A_PASSWORD = dt.timedelta(hours=1)


def secret_for(user_id: uuid.UUID, address: str, *, at: dt.datetime) -> str:
    """For the notice of what happened then: none voids that of another, which may have gone to another mailbox."""
    token = secrets.token_urlsafe(32)
    payload = {"address": address, "since": (at - LOOK_BACK).timestamp()}
    one_time.issue(token, NOT_ME, LIFETIME, user_id=user_id, payload=payload)
    return token


def forget(changed: EmailChanged) -> None:
    """A listener. Whose address was taken back has the last word: links in another mailbox put nobody out any more."""
    if changed.taken_back and changed.user_id is not None:
        one_time.void_all(changed.user_id, NOT_ME)


def secure(token: str) -> str | None:
    """End all that lets anybody in. Returns the secret to set a new password with (``PASSWORD_RESET``).

    None: the mailbox that the notice went to is not the account's any more, so that it must not open it; or the account
    is kept out. Raises LINK_OVER, and whatever a gate raises.
    """
    judged = accounts.judge(NOT_ME, Brought(token=token))
    found = judged.found
    if found.user_id is None:
        raise LINK_OVER
    with judged.used_up():
        user = locked(found.user_id)
        accounts.secure(user, since=dt.datetime.fromtimestamp(found.payload["since"], dt.UTC))
        if user.email != found.payload["address"] or not user.is_active:
            return None
        address = user.email_normalized
        return one_time.mail(PASSWORD_RESET, TO_SET_A_PASSWORD, user_id=user.id, address=address).token
