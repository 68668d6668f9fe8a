"""Passwords as what lets somebody in: checked, changed, set. Good ones: ``passwords``; stored ones: ``hashes``."""

from __future__ import annotations

import logging
import uuid
from functools import partial

import sqlalchemy as sa

from app import one_time, sessions
from app.accounts import emails, hashes, passwords
from app.accounts.current import USER_COLUMNS, CurrentUser
from app.accounts.events import (
    ConfirmationRefused,
    CredentialsChanged,
    PasswordChanged,
    PasswordSet,
    Refused,
    SignInRefused,
    refusals_announced,
)
from app.accounts.gates import Claimed, Passage, ask_gates
from app.accounts.hashing_queue import require_place
from app.accounts.models import User
from app.accounts.passwords import Owner
from app.accounts.service import Who, id_of, locked
from app.accounts.standing import check_not_banned
from app.core import clock
from app.core.database import execute_write, read_one, transaction
from app.core.errors import VALIDATION_FAILED, Refusal, refusal
from app.core.events import announce, announce_alone
from app.core.hot import HotRead
from app.extensions import db
from app.passport.bearer import TOKEN_REVOKED

log = logging.getLogger(__name__)

WRONG_PASSWORD = refusal(
    403,
    "wrong_password",
    "This is not the caller's password. The session goes on.",
    for_people="This is not your password.",
)
"""Not 401: the caller is signed in, and a client must not take this for the end of the session."""

_BY_EMAIL = HotRead(sa.select(*USER_COLUMNS, User.password_hash).where(User.email_normalized == sa.bindparam("email")))


def authenticate(email: str, password: str, *, way: str = "local") -> CurrentUser | None:
    """Whose address and password these are, or None. Costs the same whatever is wrong.

    ``way`` is the strategy that asks. An out-of-date hash is replaced. No transaction is open while the password is
    checked. Raises whatever a gate raises; ACCOUNT_BANNED, where the password is right; BUSY.
    """
    require_place()
    address = _normalized(email)
    row = None if address is None else _BY_EMAIL.first({"email": address})
    *person, stored = row or (None,)
    user = None if row is None else CurrentUser.from_row(person)
    refused = partial(SignInRefused, user_id=None if user is None else user.id, strategy=way)
    claimed = Claimed(way=way, email=address, user_id=None if user is None else user.id)
    matches, replacement, passage = _judge(claimed, password, stored, refused)
    if user is not None and matches and not user.is_active:
        with refusals_announced(refused):
            check_not_banned(user.id)
    if user is None or not matches or not user.is_active:
        why = hashes.why_unreadable(stored)
        if user is not None and why is not None:
            log.warning("nobody signs in with the password hash of %s: %s. Set a new password", user.id, why)
        announce_alone(refused(code="invalid_credentials"))
        return None
    passage.proved()
    if replacement is not None and stored is not None:
        _replace_hash(user.id, stored, replacement)
    return user


def _normalized(email: str) -> str | None:
    try:
        return emails.normalize(email)
    except VALIDATION_FAILED:
        return None


def _judge(
    claimed: Claimed, password: str | None, stored: str | None, refused: Refused
) -> tuple[bool, str | None, Passage]:
    """What ``hashes.verify`` says, once the gates have let the claim pass, and the passage through them.

    Every password that somebody gives as their own is judged here. None is right where there is none. Raises whatever a
    gate raises, and announces that.
    """
    with refusals_announced(refused):
        passage = ask_gates(claimed)
    with passage:
        matches, replacement = (stored is None, None) if password is None else hashes.verify(password, stored)
    return matches, replacement, passage


def _replace_hash(user_id: uuid.UUID, old: str, new: str) -> None:
    statement = sa.update(User).where(User.id == user_id, User.password_hash == old)
    execute_write(statement.values(password_hash=new))


_HASH_BY_ID = sa.select(User.password_hash).where(User.id == sa.bindparam("user_id"))


def _stored_hash(user_id: uuid.UUID) -> str | None:
    row = read_one(_HASH_BY_ID, {"user_id": user_id})
    return row.password_hash if row else None


_OWNER_BY_ID = sa.select(User.email, User.name).where(User.id == sa.bindparam("user_id"))


def owner_of(user_id: uuid.UUID) -> Owner:
    """What is known of somebody by whom a new password is judged."""
    row = read_one(_OWNER_BY_ID, {"user_id": user_id})
    return Owner(email=row.email, name=row.name) if row else Owner()


def has_password(who: Who) -> bool:
    """Or do only providers open this account?"""
    return _stored_hash(id_of(who)) is not None


def count_passwords(user_id: uuid.UUID) -> int:
    """One or none, as it is in the transaction that is open."""
    user = db.session.get(User, user_id)
    return int(user is not None and user.password_hash is not None)


def verify_password(who: Who, password: str | None) -> bool:
    """Is it this person's password? None is right for an account that has none. Raises whatever a gate raises."""
    user_id = id_of(who)
    return _confirms(user_id, password, _stored_hash(user_id))


def _confirms(user_id: uuid.UUID, password: str | None, stored: str | None) -> bool:
    refused = partial(ConfirmationRefused, user_id=user_id)
    confirmed, _, passage = _judge(Claimed(way="confirm", user_id=user_id), password, stored, refused)
    if confirmed:
        passage.proved()
    else:
        announce_alone(refused(code="wrong_password"))
    return confirmed


def change_password(
    who: Who, current_password: str | None, new_password: str, *, keep: uuid.UUID | None = None
) -> User:
    """Change a password by someone who knows it, or give a first one to an account without (None).

    Ends every session but ``keep``. Raises whatever a gate raises, WRONG_PASSWORD, VALIDATION_FAILED for a bad new
    one, which the old one is, too, and TOKEN_REVOKED for an account that its owner has begun to delete meanwhile.
    """
    user_id = id_of(who)
    owner = owner_of(user_id)
    passwords.check_quickly(new_password, owner, "new_password")
    stored = _stored_hash(user_id)
    if not _confirms(user_id, current_password, stored):
        raise wrong_password("current_password")
    if current_password is not None and passwords.normalize(current_password) == passwords.normalize(new_password):
        raise passwords.refused([passwords.UNCHANGED], "new_password")
    passwords.check_slowly(new_password, owner, "new_password")  # not for whoever only has the session
    password_hash = hashes.hash_password(new_password)
    with transaction():
        user = locked(user_id)
        if user.password_hash != stored:
            raise wrong_password("current_password")  # somebody else changed it while we were hashing
        if user.erase_at is not None:
            raise TOKEN_REVOKED  # nobody is signed in any more, and this is no sign-in
        store(user, password_hash, keep, PasswordChanged(user_id=user_id, is_first=stored is None))
    return user


def set_password(who: Who, password: str, *, keep: uuid.UUID | None = None) -> User:
    """Set a password and end every session, but for ``keep``. Raises VALIDATION_FAILED, NOT_FOUND."""
    user_id = id_of(who)
    passwords.check_acceptable(password, owner_of(user_id))
    password_hash = hashes.hash_password(password)
    with transaction():
        user = locked(user_id)
        store(user, password_hash, keep, PasswordSet(user_id=user.id))
    return user


def store(user: User, password_hash: str, keep: uuid.UUID | None, event: CredentialsChanged) -> None:
    """A step of a command that has locked the row: the new password, after which every session but ``keep`` is over."""
    user.password_hash = password_hash
    user.password_changed_at = clock.now()
    announce(event)
    sessions.revoke_all(user.id, "password_changed", except_id=keep)
    one_time.void_all(user.id)


def wrong_password(field: str = "password") -> Refusal:
    """WRONG_PASSWORD with the field that it is about."""
    return WRONG_PASSWORD(errors={field: [WRONG_PASSWORD.for_people]})
