"""What can be done to accounts. Each function is one command with a transaction of its own."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa

from app.accounts import emails, names, roles, standing
from app.accounts.current import CurrentUser
from app.accounts.events import (
    AccountClosed,
    EmailVerified,
    LanguageChosen,
    Renamed,
    RoleChanged,
)
from app.accounts.models import User
from app.core import clock, languages
from app.core.database import execute_write, locking, transaction
from app.core.errors import NOT_FOUND, VALIDATION_FAILED, invalid, refusal
from app.core.events import Event, announce
from app.core.mail import Queued
from app.extensions import db

Who = User | uuid.UUID | str
"""A user, their id, or their e-mail address."""

LAST_ADMIN = refusal(
    409,
    "last_admin",
    "This is the last admin. Make another one first.",
    for_people="This is the last admin. Make somebody else an admin first.",
)
CHANGED_MEANWHILE = refusal(
    409,
    "changed_meanwhile",
    "Somebody else has changed this meanwhile. Look again.",
    for_people="Somebody else has changed this meanwhile. Look again.",
)
ROLE_ABOVE_YOURS = refusal(
    403,
    "role_above_yours",
    "This role may do more than yours.",
    for_people="This person's role may do more than yours.",
)


def id_of(who: Who) -> uuid.UUID:
    """Raises NOT_FOUND for an address that nobody has."""
    return who if isinstance(who, uuid.UUID) else get(who).id


def get(who: Who) -> User:
    """The user. Raises NOT_FOUND."""
    user = find(who)
    if user is None:
        raise NOT_FOUND
    return user


def find(who: Who) -> User | None:
    """The user by id or e-mail address, or None."""
    if isinstance(who, User):
        return who
    if isinstance(who, uuid.UUID):
        return db.session.get(User, who)
    try:
        normalized = emails.normalize(who)
    except VALIDATION_FAILED:
        return None
    return db.session.scalar(sa.select(User).where(User.email_normalized == normalized))


def rename(who: Who, name: str | None) -> User:
    """Change the display name. Raises NOT_FOUND, VALIDATION_FAILED."""
    if name is not None:
        names.check_acceptable(name)
    return _change(who, Renamed, name=name)


def choose_language(who: Who, language: str | None) -> User:
    """For pages and mails; None: as their browser says. Raises NOT_FOUND; VALIDATION_FAILED for none of ours."""
    if language is not None and language not in languages.offered():
        raise invalid(language=f"One of: {', '.join(languages.offered())}.")
    return _change(who, LanguageChosen, language=language)


def mark_verified(who: Who) -> User:
    """Note that the person has shown that they read this address."""
    return _change(who, EmailVerified, email_verified_at=clock.now())


def set_role(who: Who, role: str) -> User:
    """Give a user another role, from their very next request on. Raises as ``manage`` does."""
    return manage(who, role=role)


def set_active(who: Who, active: bool) -> User:
    """Disable or enable an account. Raises as ``manage`` does."""
    return manage(who, is_active=active)


def manage(
    who: Who,
    *,
    role: str | None = None,
    role_was: str | None = None,
    is_active: bool | None = None,
    by: CurrentUser | None = None,
) -> User:
    """Change what somebody may do; it holds from their very next request on.

    Disabling ends every session and one-time secret of theirs. Enabling lifts a ban, too.

    ``by`` is the person who asks; None is the operator. ``role_was`` is the one that they have seen: where it is
    another by now, nothing is changed. Raises NOT_FOUND, VALIDATION_FAILED for an unknown role, LAST_ADMIN,
    ROLE_ABOVE_YOURS, CHANGED_MEANWHILE.
    """
    if role is not None:
        check_role(role)
    with transaction():
        user = locked_to_manage(who, by, role=role, goes=is_active is False)
        if role_was is not None and role_was != user.role:
            raise CHANGED_MEANWHILE
        if role is not None and role != user.role:
            before, user.role = user.role, role
            announce(RoleChanged(user_id=user.id, before=before, after=role))
        if is_active is not None:
            (standing.enable if is_active else standing.disable)(user)
    return user


def ban(who: Who, reason: str, until: dt.datetime | None = None, *, by: CurrentUser | None = None) -> User:
    """Keep somebody out until then, None: for good, from their very next request on. It ends what disabling ends.

    The reason is told to whoever signs in with the right password. Raises as ``manage`` does, and VALIDATION_FAILED for
    an end that is past.
    """
    with transaction():
        user = locked_to_manage(who, by, goes=True)
        standing.ban(user, reason, until)
    return user


def unban(who: Who, *, by: CurrentUser | None = None) -> User:
    """Lift a ban, if there is one, before its end. Raises NOT_FOUND, ROLE_ABOVE_YOURS."""
    with transaction():
        user = locked_to_manage(who, by, goes=False)
        standing.unban(user)
    return user


def locked_to_manage(who: Who, by: CurrentUser | None, *, role: str | None = None, goes: bool) -> User:
    """The user's row, locked, for a change that ``by`` may make. ``goes``: it keeps the person out.

    Raises NOT_FOUND, ROLE_ABOVE_YOURS, LAST_ADMIN.
    """
    admins = locked_admins()
    user = locked(who)
    check_may_manage(by, user.role, role or user.role)
    if goes or (role or user.role) != roles.ADMIN_ROLE:
        _keep_an_admin(admins, user)
    return user


def managed_user(who: Who, by: CurrentUser) -> User:
    """The user, for somebody who may manage them. Raises NOT_FOUND, ROLE_ABOVE_YOURS."""
    user = get(who)
    check_may_manage(by, user.role)
    return user


def delete(who: Who) -> None:
    """Delete an account; foreign keys take what belongs to it. Raises NOT_FOUND, LAST_ADMIN."""
    with transaction():
        remove(locked_to_leave(who))


def locked_to_leave(who: Who) -> User:
    """The user's row, locked, for somebody who leaves. Raises NOT_FOUND, LAST_ADMIN."""
    admins = locked_admins()
    user = locked(who)
    _keep_an_admin(admins, user)
    return user


def remove(user: User, *, by_owner: bool = False) -> None:
    """Delete the account, as a step of a command that has locked the row. What waits to be mailed to them goes, too.

    ``by_owner``: by their wish, some days ago.
    """
    execute_write(sa.delete(Queued).where(Queued.user_id == user.id))
    announce(AccountClosed(user_id=user.id), actor=user.id if by_owner else None)
    db.session.delete(user)


def _change(who: Who, event: type[Event], **values: object) -> User:
    with transaction():
        user = locked(who)
        for name, value in values.items():
            setattr(user, name, value)
        announce(event(user_id=user.id))
    return user


def locked(who: Who) -> User:
    """The user as the row is now, locked until the transaction ends. Raises NOT_FOUND."""
    user = db.session.scalar(locking(sa.select(User).where(User.id == id_of(who))))
    if user is None:
        raise NOT_FOUND
    return user


def locked_admins() -> set[uuid.UUID]:
    """The active admins, locked in one order: of two who demote each other at once, one waits and then sees.

    Whoever has deleted their account is none any more.
    """
    stays = (User.role == roles.ADMIN_ROLE, User.is_active, User.erase_at.is_(None))
    admins = sa.select(User.id).where(*stays).order_by(User.id)
    return set(db.session.scalars(locking(admins)))


def _keep_an_admin(admins: set[uuid.UUID], leaving: User) -> None:
    if admins == {leaving.id}:
        raise LAST_ADMIN


def check_role(role: str) -> None:
    if role not in roles.ROLES:
        known = ", ".join(roles.ROLES)
        raise invalid(role=f"Unknown role. One of: {known}.")


def check_may_manage(by: CurrentUser | None, *affected: str) -> None:
    """Nobody hands out, or takes away, permissions that they do not hold themselves. Raises ROLE_ABOVE_YOURS."""
    if by is None:
        return
    mine = {permission for permission in roles.PERMISSIONS if by.can(permission)}
    if any(not roles.permissions_of(role) <= mine for role in affected):
        raise ROLE_ABOVE_YOURS
