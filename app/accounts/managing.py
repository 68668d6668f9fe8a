"""What somebody who looks after the users does to an account, beside roles and bans: make, verify and delete it."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app.accounts import roles
from app.accounts.current import CurrentUser
from app.accounts.events import EmailVerified
from app.accounts.managing_events import EmailUnverified
from app.accounts.models import User
from app.accounts.service import (
    Who,
    check_may_manage,
    check_role,
    delete,
    id_of,
    locked,
    locked_admins,
    locked_to_manage,
)
from app.accounts.signing_up import prepare
from app.core import clock
from app.core.database import locking, transaction
from app.core.errors import NOT_FOUND, refusal
from app.core.events import announce
from app.extensions import db

OWN_ACCOUNT = refusal(
    409,
    "own_account",
    "This is your own account: close it at DELETE /api/profile, which asks whether it is you.",
    for_people="This is your own account. Delete it on your account page.",
)


def create(
    email: str,
    *,
    by: CurrentUser,
    password: str | None = None,
    name: str | None = None,
    role: str = roles.DEFAULT_ROLE,
    verified: bool = False,
) -> User:
    """Make an account for somebody. Without a password they set one by a reset, if they do not come in another way.

    ``verified``: whoever makes it knows that the address is theirs. Neither gates nor rules of registration are asked.
    Raises VALIDATION_FAILED with all that is wrong, EMAIL_TAKEN, ROLE_ABOVE_YOURS, BUSY.
    """
    check_role(role)
    check_may_manage(by, role)
    return prepare(email, password, name, role=role).store(proved=verified)


def set_verified(who: Who, is_verified: bool, *, by: CurrentUser | None = None) -> User:
    """Note that the address is theirs, by the word of whoever manages them, or take that back.

    Where it is so already nothing changes, and the first time stays. Raises NOT_FOUND, ROLE_ABOVE_YOURS.
    """
    with transaction():
        user = locked(who)
        check_may_manage(by, user.role)
        if is_verified and user.email_verified_at is None:
            user.email_verified_at = clock.now()
            announce(EmailVerified(user_id=user.id))
        elif not is_verified and user.email_verified_at is not None:
            user.email_verified_at = None
            announce(EmailUnverified(user_id=user.id))
    return user


def locked_with(who: Who, other: uuid.UUID) -> User:
    """The user's row, locked, and that of somebody else who does something about them: in the order of commands.

    Raises NOT_FOUND where one of the two is gone.
    """
    ids = {id_of(who), other}
    locked_admins()
    both = sa.select(User).where(User.id.in_(ids)).order_by(User.id)
    found = {user.id: user for user in db.session.scalars(locking(both))}
    if found.keys() != ids:
        raise NOT_FOUND
    return found[id_of(who)]


def delete_for(who: Who, *, by: CurrentUser) -> None:
    """Delete somebody's account. Raises NOT_FOUND, ROLE_ABOVE_YOURS, LAST_ADMIN, OWN_ACCOUNT."""
    with transaction():
        user = locked_to_manage(who, by, goes=True)
        if user.id == by.id:
            raise OWN_ACCOUNT
        delete(user)
