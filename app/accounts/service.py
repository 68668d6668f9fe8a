"""What can be done to accounts. Each function is one command with a transaction of its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import IntegrityError

from app import sessions
from app.accounts import emails, events, passwords, roles
from app.accounts.current import USER_COLUMNS, CurrentUser
from app.accounts.models import User
from app.core import clock
from app.core.database import execute_write, locking, new_id, read_one, transaction
from app.core.errors import AppError, not_found
from app.core.hot import HotRead
from app.extensions import db

Who = User | uuid.UUID | str
"""A user, their id, or their e-mail address."""

MAX_PAGE = 100
MAX_NAME = 100


def register(email: str, password: str | None, name: str | None = None, *, role: str | None = None) -> User:
    """Create an account. Raises AppError: 422 for a bad address or password, 409 ``email_taken``."""
    normalized = emails.normalize(email)
    role = role or roles.DEFAULT_ROLE
    _check_role(role)
    _check_name(name)
    password_hash = None
    if password is not None:
        passwords.check_acceptable(password)
        password_hash = passwords.hash_password(password)
    now = clock.now()
    user = User(
        id=new_id(),
        email=email,
        email_normalized=normalized,
        name=name,
        password_hash=password_hash,
        password_changed_at=now if password_hash else None,
        role=role,
        is_active=True,
        created_at=now,
        updated_at=now,
    )
    try:
        with transaction():
            db.session.add(user)
    except IntegrityError:
        # The constraint decides, so that of many at once exactly one wins.
        raise AppError(409, "email_taken", "There is already an account with this address.") from None
    _announce(events.registered, user=user)
    return user


_BY_EMAIL = HotRead(sa.select(*USER_COLUMNS, User.password_hash).where(User.email_normalized == sa.bindparam("email")))


def authenticate(email: str, password: str) -> CurrentUser | None:
    """Whose address and password these are, or None. Costs the same whatever is wrong.

    An out-of-date hash is replaced on the way. No transaction is open while the password is checked.
    """
    try:
        row = _BY_EMAIL.first({"email": emails.normalize(email)})
    except AppError:
        row = None
    stored = None if row is None else row[-1]
    matches, replacement = passwords.verify(password, stored)
    if row is None or not matches:
        return None
    user = CurrentUser.from_row(row[:-1])
    if not user.is_active:
        return None
    if replacement is not None and stored is not None:
        _replace_hash(user.id, stored, replacement)
    return user


def _replace_hash(user_id: uuid.UUID, old: str, new: str) -> None:
    statement = sa.update(User).where(User.id == user_id, User.password_hash == old)
    execute_write(statement.values(password_hash=new), {})


_HASH_BY_ID = sa.select(User.password_hash).where(User.id == sa.bindparam("user_id"))


def verify_password(who: Who, password: str) -> bool:
    """Is it this person's password?"""
    return passwords.verify(password, _stored_hash(_id(who)))[0]


def _stored_hash(user_id: uuid.UUID) -> str | None:
    row = read_one(_HASH_BY_ID, {"user_id": user_id})
    return row.password_hash if row else None


def _id(who: Who) -> uuid.UUID:
    return who if isinstance(who, uuid.UUID) else get(who).id


def get(who: Who) -> User:
    """The user. Raises AppError 404."""
    user = find(who)
    if user is None:
        raise not_found()
    return user


def find(who: Who) -> User | None:
    """The user by id or e-mail address, or None."""
    if isinstance(who, User):
        return who
    if isinstance(who, uuid.UUID):
        return db.session.get(User, who)
    try:
        normalized = emails.normalize(who)
    except AppError:
        return None
    return db.session.scalar(sa.select(User).where(User.email_normalized == normalized))


def list_users(
    *, q: str | None = None, role: str | None = None, cursor: uuid.UUID | None = None, limit: int = 50
) -> tuple[Sequence[User], uuid.UUID | None]:
    """A page of users, oldest first, and the cursor of the next page or None.

    ``q`` is looked for in address and name, in any letter case. Keyset paging: page 1,000 costs what page 1 does.
    """
    limit = min(limit, MAX_PAGE)
    statement = sa.select(User).order_by(User.id).limit(limit + 1)
    if q:
        statement = statement.where(
            sa.or_(User.email.icontains(q, autoescape=True), User.name.icontains(q, autoescape=True))
        )
    if role is not None:
        statement = statement.where(User.role == role)
    if cursor is not None:
        statement = statement.where(User.id > cursor)
    users = db.session.scalars(statement).all()
    if len(users) <= limit:
        return users, None
    return users[:limit], users[limit - 1].id


def rename(who: Who, name: str | None) -> User:
    """Change the display name. Raises AppError: 404, 422."""
    _check_name(name)
    return _change(who, name=name)


def mark_verified(who: Who) -> User:
    """Note that the person has shown that they read this address."""
    return _change(who, email_verified_at=clock.now())


def set_role(who: Who, role: str) -> User:
    """Give a user another role, from their very next request on. Raises as ``manage`` does."""
    return manage(who, role=role)


def set_active(who: Who, active: bool) -> User:
    """Disable or enable an account. Raises as ``manage`` does."""
    return manage(who, is_active=active)


def manage(who: Who, *, role: str | None = None, is_active: bool | None = None, by: CurrentUser | None = None) -> User:
    """Change what somebody may do; it holds from their very next request on. Disabling ends every session.

    ``by`` is the person who asks; None is the operator. Raises AppError: 404, 422 for an unknown role, 409
    ``last_admin``, 403 ``role_above_yours``.
    """
    if role is not None:
        _check_role(role)
    with transaction():
        admins = _locked_admins()
        user = _locked(who)
        _check_may_manage(by, user.role, role or user.role)
        if is_active is False or (role or user.role) != roles.ADMIN_ROLE:
            _keep_an_admin(admins, user)
        user.role = role or user.role
        if is_active is not None:
            user.is_active = is_active
        if is_active is False:
            sessions.revoke_all(user.id, "account_disabled")
    return user


def managed_user(who: Who, by: CurrentUser) -> User:
    """The user, for somebody who may manage them. Raises AppError: 404, 403 ``role_above_yours``."""
    user = get(who)
    _check_may_manage(by, user.role)
    return user


def has_password(who: Who) -> bool:
    """Or do only providers open this account?"""
    return _stored_hash(_id(who)) is not None


def is_proven_by(who: Who, password: str | None) -> bool:
    """Does the password prove that it is them? An account that has none leaves it to the freshness of the session."""
    stored = _stored_hash(_id(who))
    return stored is None if password is None else passwords.verify(password, stored)[0]


def change_password(
    who: Who, current_password: str | None, new_password: str, *, keep: uuid.UUID | None = None
) -> User:
    """Change a password by someone who knows it, or give a first one to an account without (None).

    Raises AppError: 403 ``wrong_password``, 422 for a bad new one.
    """
    passwords.check_acceptable(new_password, "new_password")
    user_id = _id(who)
    known = _stored_hash(user_id)
    if not is_proven_by(user_id, current_password):
        raise wrong_password("current_password")
    return _store_password(user_id, passwords.hash_password(new_password), keep=keep, instead_of=known)


def set_password(who: Who, password: str, *, keep: uuid.UUID | None = None) -> User:
    """Set a password and end every session, but for ``keep``. Raises AppError 422, 404."""
    passwords.check_acceptable(password)
    return _store_password(_id(who), passwords.hash_password(password), keep=keep)


_ANY = "*"
"""No hash looks like this."""


def _store_password(
    user_id: uuid.UUID, password_hash: str, *, keep: uuid.UUID | None, instead_of: str | None = _ANY
) -> User:
    with transaction():
        user = _locked(user_id)
        if instead_of not in (_ANY, user.password_hash):
            raise wrong_password("current_password")  # somebody else changed it while we were hashing
        user.password_hash = password_hash
        user.password_changed_at = clock.now()
        sessions.revoke_all(user.id, "password_changed", except_id=keep)
    _announce(events.credentials_changed, user=user)
    return user


def delete(who: Who) -> None:
    """Delete an account with its sessions and posts. Raises AppError: 404, 409 ``last_admin``."""
    with transaction():
        admins = _locked_admins()
        user = _locked(who)
        _keep_an_admin(admins, user)
        user_id = user.id
        db.session.delete(user)
    _announce(events.closed, user_id=user_id)


def wrong_password(field: str = "password") -> AppError:
    """Not 401: the caller is signed in, and a client must not take this for the end of the session."""
    message = "This is not your password."
    return AppError(403, "wrong_password", message, errors={field: [message]})


def _change(who: Who, **values: object) -> User:
    with transaction():
        user = _locked(who)
        for name, value in values.items():
            setattr(user, name, value)
    return user


def _locked(who: Who) -> User:
    """The user as the row is now, locked until the transaction ends. Raises AppError 404."""
    user = db.session.scalar(locking(sa.select(User).where(User.id == _id(who))))
    if user is None:
        raise not_found()
    return user


def _locked_admins() -> set[uuid.UUID]:
    """The active admins, locked in one order: of two who demote each other at once, one waits and then sees."""
    admins = sa.select(User.id).where(User.role == roles.ADMIN_ROLE, User.is_active).order_by(User.id)
    return set(db.session.scalars(locking(admins)))


def _keep_an_admin(admins: set[uuid.UUID], leaving: User) -> None:
    if admins == {leaving.id}:
        raise AppError(409, "last_admin", "This is the last admin. Make another one first.")


def _check_name(name: str | None) -> None:
    if name is not None and not (0 < len(name) <= MAX_NAME and name.isprintable()):
        errors = {"name": [f"Use 1 to {MAX_NAME} printable characters on one line."]}
        raise AppError(422, "validation_failed", "Some fields are not right.", errors=errors)


def _check_role(role: str) -> None:
    if role not in roles.ROLES:
        known = ", ".join(roles.ROLES)
        errors = {"role": [f"Unknown role. One of: {known}."]}
        raise AppError(422, "validation_failed", "Some fields are not right.", errors=errors)


def _check_may_manage(by: CurrentUser | None, *affected: str) -> None:
    """Nobody hands out, or takes away, permissions that they do not hold themselves."""
    if by is None:
        return
    mine = {permission for permission in roles.PERMISSIONS if by.can(permission)}
    if any(not roles.permissions_of(role) <= mine for role in affected):
        raise AppError(403, "role_above_yours", "This role may do more than yours.")


def _announce(signal: object, **facts: object) -> None:
    signal.send(current_app._get_current_object(), **facts)  # type: ignore[attr-defined]
