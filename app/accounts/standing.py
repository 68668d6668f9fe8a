"""How an account stands: active, disabled or banned. What makes it so, and what is said to whom it keeps out.

The functions that change it are steps of a command that has locked the user's row (``service``).
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa

from app import one_time, sessions
from app.accounts.current import ACCOUNT_DISABLED
from app.accounts.events import AccountDisabled, AccountEnabled, UserBanned, UserUnbanned
from app.accounts.models import FOR_GOOD, Ban, User
from app.core import clock
from app.core.database import read_one
from app.core.errors import Refusal, invalid, refusal
from app.core.events import announce
from app.core.languages import said
from app.core.tables import moment

MAX_REASON = 500
"""Characters."""

ACCOUNT_BANNED = refusal(
    403,
    "account_banned",
    "This account is banned.",
    meaning="The proof was right, and the account is banned: facts has `reason`, and `until`, or null for good.",
)


def disable(user: User) -> None:
    if user.is_enabled:
        user.is_enabled = False
        announce(AccountDisabled(user_id=user.id))
    _throw_out(user, "account_disabled")


def enable(user: User) -> None:
    """Let somebody in again, whatever has kept them out."""
    if not user.is_enabled:
        user.is_enabled = True
        announce(AccountEnabled(user_id=user.id))
    unban(user)


def ban(user: User, reason: str, until: dt.datetime | None) -> None:
    """Keep somebody out until then, or for good, instead of a ban before. Raises VALIDATION_FAILED for a wrong end."""
    now = clock.now()
    if until is not None and not now < until < FOR_GOOD:
        raise invalid(until=said("Must be in the future, and before the year 9999. Leave it out to ban for good."))
    user.ban_reason, user.banned_at, user.banned_until = reason, now, until or FOR_GOOD
    announce(UserBanned(user_id=user.id, until=until))
    _throw_out(user, "account_banned")


def unban(user: User) -> None:
    if user.ban is not None:
        announce(UserUnbanned(user_id=user.id))
    user.ban_reason = user.banned_at = user.banned_until = None


def _throw_out(user: User, reason: str) -> None:
    sessions.revoke_all(user.id, reason)
    one_time.void_all(user.id)


_BAN = sa.select(User.ban_reason, User.banned_at, User.banned_until).where(
    User.id == sa.bindparam("user_id"), User.is_enabled
)


def check_not_banned(user_id: uuid.UUID) -> None:
    """For after a right proof only: a stranger must not learn that an address has an account. Raises ACCOUNT_BANNED."""
    row = read_one(_BAN, {"user_id": user_id})
    ban = None if row is None else Ban.of(row.ban_reason, row.banned_at, row.banned_until)
    if ban is not None:
        raise _banned(ban)


def kept_out(user: User) -> Refusal:
    """What to raise for somebody who has proved who they are, and is not let in."""
    return _banned(user.ban) if user.is_enabled and user.ban else ACCOUNT_DISABLED()


def _banned(ban: Ban) -> Refusal:
    end = "" if ban.until is None else f" until {moment(ban.until)}"
    facts = {"reason": ban.reason, "until": clock.iso(ban.until)}
    return ACCOUNT_BANNED(f"This account is banned{end}. Reason: {ban.reason}", facts=facts)
