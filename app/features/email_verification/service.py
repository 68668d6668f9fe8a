"""Proving that somebody reads an account's address, and what becomes of what was set up under it before.

Who made an account may not be who reads its address (pre-hijacking: docs/decisions/0021). So who brings a secret from
the mail also shows that it was them who set the account up, or has it emptied.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import NamedTuple

import sqlalchemy as sa

from app import accounts, one_time
from app.accounts import Brought, Claimed, CurrentUser, emails
from app.accounts.mailed import LINK_OVER, PASSWORD_RESET
from app.accounts.models import User
from app.accounts.service import locked
from app.core import mail
from app.core.database import read_one
from app.core.errors import refusal
from app.features.email_verification import mails, this_browser
from app.features.email_verification.mails import PURPOSE

RESET_LIFETIME = dt.timedelta(hours=1)

NOT_YOUR_BROWSER = refusal(
    409,
    "not_your_browser",
    "The account was set up in another browser, maybe by somebody else. Send its password; or afresh, to void what is "
    "in it. The link stays good.",
    for_people="Confirm that it was you who made this account.",
)


class Proof(NamedTuple):
    """Who shows, beside the mail's secret, that it was them who set the account up.

    ``knows`` says so of an account without asking for anything more.
    """

    knows: Callable[[uuid.UUID], bool]
    password: str | None = None
    afresh: bool = False


class Verified(NamedTuple):
    """``by_password``: with the mail's secret its password was given. ``reset_token``: the account was emptied."""

    user: CurrentUser
    by_password: bool = False
    reset_token: str | None = None


def verify(brought: Brought, proof: Proof) -> Verified:
    """Give the account to whoever reads its address. Of many who bring the same secret at once, one does.

    Raises LINK_OVER, WRONG_CODE; NOT_YOUR_BROWSER and WRONG_PASSWORD, after which the secret is still good; and
    whatever a gate raises.
    """
    judged = accounts.judge(PURPOSE, brought)
    user_id, email = judged.found.user_id, judged.found.payload.get("email")
    if user_id is None:
        raise LINK_OVER
    by_password = proof.password is not None and not proof.afresh
    if by_password and not accounts.verify_password(user_id, proof.password):
        raise accounts.wrong_password()
    with judged.used_up():
        user = locked(user_id)
        if user.email != email or not user.is_active:
            raise LINK_OVER
        reset_token = _give_to_them(user, proof, theirs=by_password)
        one_time.void_all(user.id, PURPOSE)
        current = CurrentUser.of(user)
    return Verified(current, by_password, reset_token)


def _give_to_them(user: User, proof: Proof, *, theirs: bool) -> str | None:
    """Returns what sets a new password in an account that was emptied."""
    if user.email_verified_at is not None:
        return None
    theirs = not proof.afresh and (theirs or proof.knows(user.id))
    if not theirs and not proof.afresh:
        raise NOT_YOUR_BROWSER(facts={"email": user.email, "has_password": user.password_hash is not None})
    accounts.prove_address(user, set_up_by_them=theirs)
    if theirs:
        return None
    return one_time.mail(PASSWORD_RESET, RESET_LIFETIME, user_id=user.id, address=user.email_normalized).token


_BY_EMAIL = sa.select(User.id, User.email_verified_at).where(User.email_normalized == sa.bindparam("email"))


def resend(email: str, waiting: uuid.UUID | None) -> None:
    """Mail another link and another code, which void those before, if the address has an account that needs it.

    ``waiting`` is who has given the account's password in this browser, and is known there from now on. Whatever
    the address is, this does the same. Raises MAIL_NOT_SET_UP, VALIDATION_FAILED, and whatever a gate raises.
    """
    mail.require_configured()
    normalized = emails.normalize(email)
    row = read_one(_BY_EMAIL, {"email": normalized})
    user_id = None if row is None else row.id
    accounts.ask_gates(Claimed(way=PURPOSE, what="mail", email=normalized, user_id=user_id))
    if waiting is not None and waiting == user_id:
        this_browser.note(waiting)
    mails.queue(None if row is None or row.email_verified_at is not None else user_id, normalized)
