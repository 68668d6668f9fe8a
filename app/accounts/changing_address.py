"""Another address for an account, and the way back for whoever reads the former one.

An address is how somebody finds back into their account. So whoever steals an account changes it first, and the owner
hears of it at the address that they had. Nothing that the thief does afterwards may close that way back: a former
address is a row of its own (``FormerAddress``), which no change of a password or an address voids, and nobody else gets
the address while it is there.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import one_time
from app.accounts import emails
from app.accounts.addresses import is_held
from app.accounts.events import EmailChanged
from app.accounts.mailed import LINK_OVER
from app.accounts.models import FormerAddress, User
from app.accounts.securing import secure
from app.accounts.service import Who, locked
from app.accounts.signing_up import EMAIL_TAKEN
from app.core import clock, pruning
from app.core.database import execute_returning, read_one, transaction
from app.core.events import announce
from app.extensions import db

LOOK_BACK = dt.timedelta(days=7)
"""For so long before it changes the address, whoever has stolen an account may have prepared it."""


class Changed(NamedTuple):
    """An account with another address. ``before`` is what it had; ``former`` is there if that can be taken back."""

    user: User
    before: str
    former: uuid.UUID | None


def change_email(
    who: Who, email: str, *, was: str | None = None, proved: bool = True, way_back: dt.timedelta | None = None
) -> Changed:
    """Give an account another address. It voids every one-time secret of the person; sessions go on.

    ``was`` is the address, in its normalised form, that the account must still have. ``proved``: the person has shown
    that they read the new one. For ``way_back`` the one before can be taken back by whoever reads it, if they had shown
    that they do: to whoever had not, it may never have belonged. Raises NOT_FOUND, VALIDATION_FAILED, EMAIL_TAKEN, and
    LINK_OVER where it has another address by now.
    """
    normalized = emails.normalize(email)
    with transaction():
        user = locked(who)
        if was is not None and user.email_normalized != was:
            raise LINK_OVER
        before, former = user.email, None
        if way_back is not None and user.email_verified_at is not None:
            former = _former(user, way_back)
        _give(user, email, normalized)
        if former is not None:
            db.session.add(former)
            db.session.flush()
        user.email_verified_at = clock.now() if proved else None
        one_time.void_all(user.id)
        announce(EmailChanged(user_id=user.id))
    return Changed(user, before, None if former is None else former.id)


def _former(user: User, way_back: dt.timedelta) -> FormerAddress:
    now = clock.now()
    return FormerAddress(
        user_id=user.id,
        email=user.email,
        email_normalized=user.email_normalized,
        left_at=now,
        until=now + way_back,
    )


def take_back(former_id: uuid.UUID) -> Changed:
    """Give an account its former address back, for somebody who has shown that they read it: it may have been stolen.

    So all that lets anybody in is void (``securing``). Addresses that it had since then cannot be taken back any more:
    the first owner's word is the last. Those from before still can. Raises LINK_OVER, and EMAIL_TAKEN where somebody
    has got the address past us.
    """
    with transaction():
        known = find_former(former_id)
        if known is None:
            raise LINK_OVER
        user = locked(known.user_id)
        since_then = (FormerAddress.user_id == user.id, FormerAddress.left_at >= known.left_at)
        gone = execute_returning(sa.delete(FormerAddress).where(*since_then).returning(FormerAddress.id))
        if former_id not in {row.id for row in gone}:
            raise LINK_OVER  # somebody else was faster, or took back an older one
        before = user.email
        _give(user, known.email, emails.normalize(known.email))
        user.email_verified_at = clock.now()
        secure(user, since=known.left_at - LOOK_BACK)
        announce(EmailChanged(user_id=user.id, taken_back=True))
    return Changed(user, before, None)


def _give(user: User, email: str, normalized: str) -> None:
    """Raises EMAIL_TAKEN: the constraint decides, so that of many at once exactly one gets it."""
    user.email, user.email_normalized = email, normalized
    try:
        db.session.flush()
    except IntegrityError:
        raise EMAIL_TAKEN from None
    if is_held(normalized, for_another_than=user.id):
        raise EMAIL_TAKEN


def find_former(former_id: uuid.UUID) -> sa.Row[Any] | None:
    """A former address that can still be taken back: ``user_id``, ``email``, ``left_at``, ``until``."""
    good = (FormerAddress.id == former_id, FormerAddress.until > clock.now())
    return read_one(sa.select(*FormerAddress.__table__.columns).where(*good), {})


def prune_former(progress: pruning.Progress = lambda _: None) -> int:
    """Delete those that nobody can take back any more. Idempotent; for a daily job. Returns how many went."""
    return pruning.prune(FormerAddress, FormerAddress.until <= clock.now(), progress)
