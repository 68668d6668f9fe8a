"""Asking for a mail with which a new password is set, and what that mail is about once it is sent.

Who asks learns nothing, and takes the same time whatever the address is: nothing is looked up before the mail is
composed, by whoever sends mails.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from app import accounts, one_time
from app.accounts import Brought, Claimed, CurrentUser, User, ask_gates, emails
from app.accounts.current import ACCOUNT_DISABLED
from app.accounts.mailed import LINK_OVER, PASSWORD_RESET
from app.accounts.service import managed_user
from app.core import mail
from app.core.database import transaction
from app.core.errors import with_status
from app.core.events import announce
from app.features.password_reset.events import PasswordResetSent

LIFETIME = timedelta(hours=1)
"""Of the link."""

KEPT_OUT = with_status(ACCOUNT_DISABLED, 409)
"""Of an account that an admin asks about, not of a credential."""


def request(email: str, handle: str | None) -> None:
    """Promise a mail to whoever has this address, if anybody. ``handle``: of the browser, in which the code works.

    Raises MAIL_NOT_SET_UP, VALIDATION_FAILED for what is no address, and whatever a gate raises.
    """
    mail.require_configured()
    address = emails.normalize(email)
    ask_gates(Claimed(way=PASSWORD_RESET, what="mail", email=address))
    mail.queue(PASSWORD_RESET, address=address, payload={"handle": handle})


def send_to(user: User) -> None:
    """Promise this person the mail, with a link alone: no browser asked. Raises MAIL_NOT_SET_UP, KEPT_OUT."""
    mail.require_configured()
    if not user.is_active:
        raise KEPT_OUT
    with transaction():
        mail.queue(PASSWORD_RESET, user_id=user.id, language=user.language)
        announce(PasswordResetSent(user_id=user.id))


def send_for(user_id: uuid.UUID, by: CurrentUser) -> None:
    """The same by somebody who manages users. Raises NOT_FOUND, ROLE_ABOVE_YOURS."""
    send_to(managed_user(user_id, by))


def owner_of(token: str) -> User:
    """Whose password the link sets. Raises LINK_OVER, and whatever a gate raises."""
    judged = accounts.judge(PASSWORD_RESET, Brought(token=token))
    user = accounts.find(judged.found.user_id) if judged.found.user_id is not None else None
    if user is None or not user.is_active:
        raise LINK_OVER
    return user


def secret_for(user: User, handle: str | None) -> one_time.Mailed:
    """What goes into the mail. It voids what was mailed for this before."""
    address = user.email_normalized
    return one_time.mail(PASSWORD_RESET, LIFETIME, user_id=user.id, address=address, handle=handle)


def pretend(address: str, handle: str) -> None:
    """Make a secret that nobody is mailed: so wrong codes count for an address that nobody has as for any other."""
    one_time.mail(PASSWORD_RESET, LIFETIME, address=address, handle=handle)
