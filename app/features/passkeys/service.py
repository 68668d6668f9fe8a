"""Somebody's passkeys: made, named, listed, removed."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import sessions
from app.accounts import CurrentUser, names, require_factor_left, require_way_in
from app.accounts.service import locked
from app.core import clock
from app.core.database import execute_returning, execute_write, insert_of, read_one, transaction
from app.core.errors import NOT_FOUND, refusal, with_status
from app.core.events import announce
from app.extensions import db
from app.features.passkeys import ceremonies, challenges
from app.features.passkeys.ceremonies import JSON, PASSKEY_REFUSED
from app.features.passkeys.events import PasskeyAdded, PasskeyRemoved
from app.features.passkeys.models import HANDLE_BYTES, Passkey, PasskeyHandle
from app.passport.bearer import TOKEN_REVOKED
from app.sessions import find_active

NAME = "passkey"
"""The strategy, as events, limits and a session's methods know it."""
MAX_PASSKEYS = 20
"""Of one person."""

PASSKEY_EXISTS = refusal(
    409,
    "passkey_exists",
    "This authenticator's key is there already.",
    for_people="This passkey is there already.",
)
TOO_MANY_PASSKEYS = refusal(
    409,
    "too_many_passkeys",
    "There are as many passkeys as there may be. Remove one first.",
    for_people="You have as many passkeys as there can be. Remove one first.",
)
NOT_PROVED = with_status(PASSKEY_REFUSED, 422)
"""For somebody who is signed in: a client must not take it for the end of the session."""


def list_of(user_id: uuid.UUID) -> Sequence[Passkey]:
    """The latest first."""
    return db.session.scalars(sa.select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id.desc())).all()


OWNERS = sa.select(Passkey.user_id).distinct()


def count(user_id: uuid.UUID) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(Passkey.user_id == user_id)) or 0


_HANDLE = sa.select(PasskeyHandle.handle).where(PasskeyHandle.user_id == sa.bindparam("user_id"))


def known_handle(user_id: uuid.UUID) -> bytes | None:
    row = read_one(_HANDLE, {"user_id": user_id})
    return None if row is None else bytes(row.handle)


def handle_of(user_id: uuid.UUID) -> bytes:
    """What authenticators know this person by, from now on."""
    handle = secrets.token_bytes(HANDLE_BYTES)
    execute_write(insert_of(PasskeyHandle).values(user_id=user_id, handle=handle).on_conflict_do_nothing())
    return known_handle(user_id) or handle


def options_to_add(user: CurrentUser, *, bound_to: str, quietly: bool) -> JSON:
    """What the browser makes a passkey with. ``quietly``: if it can without asking anybody."""
    challenge = challenges.make("add quietly" if quietly else "add", bound_to=bound_to, subject=user.id)
    return ceremonies.creation_options(
        challenge,
        handle=known_handle(user.id) or handle_of(user.id),
        email=user.email,
        name=user.name,
        keys=list_of(user.id),
        quietly=quietly,
    )


def add(user: CurrentUser, sent: Mapping[str, Any], name: str, *, bound_to: str) -> Passkey:
    """Let a passkey open the account from now on. Whose device has recognised them has shown two factors by it.

    Raises VALIDATION_FAILED for a bad name, NOT_PROVED, PASSKEY_EXISTS, TOO_MANY_PASSKEYS.
    """
    names.check_acceptable(name)
    try:
        passkey, is_shown = _made(user.id, sent, bound_to)
    except PASSKEY_REFUSED:
        raise NOT_PROVED from None
    if not challenges.claim(passkey.credential_id):
        raise PASSKEY_EXISTS
    passkey.user_id, passkey.name = user.id, name
    with transaction():
        _check_owner(user)
        try:
            with db.session.begin_nested():
                db.session.add(passkey)
        except IntegrityError:
            raise PASSKEY_EXISTS from None
        announce(PasskeyAdded(user_id=user.id, passkey_id=passkey.id))
    if is_shown:
        sessions.confirm(user.own_session().id, NAME)
    return passkey


def _made(user_id: uuid.UUID, sent: Mapping[str, Any], bound_to: str) -> tuple[Passkey, bool]:
    made = ceremonies.read_registration(sent)
    if challenges.use(made.challenge, "add", bound_to=bound_to, subject=user_id):
        return ceremonies.check_registration(made, quietly=False), True
    if challenges.use(made.challenge, "add quietly", bound_to=bound_to, subject=user_id):
        return ceremonies.check_registration(made, quietly=True), False
    raise PASSKEY_REFUSED


def _check_owner(user: CurrentUser) -> None:
    """With the row locked: whoever empties the account meanwhile ends its sessions, and comes before this or after."""
    locked(user.id)
    db.session.expire_all()
    if find_active(user.own_session().id) is None:
        raise TOKEN_REVOKED
    if count(user.id) >= MAX_PASSKEYS:
        raise TOO_MANY_PASSKEYS


def rename(user_id: uuid.UUID, passkey_id: uuid.UUID, name: str) -> Passkey:
    """Raises VALIDATION_FAILED for a bad name, NOT_FOUND."""
    names.check_acceptable(name)
    with transaction():
        statement = sa.update(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
        if execute_write(statement.values(name=name)) == 0:
            raise NOT_FOUND
        return db.session.get_one(Passkey, passkey_id)


def remove(user_id: uuid.UUID, passkey_id: uuid.UUID) -> None:
    """It opens nothing any more.

    Raises NOT_FOUND; LAST_WAY_IN for an account that nothing else opens, LAST_SECOND_FACTOR.
    """
    with transaction():
        locked(user_id)
        if execute_write(sa.delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)) == 0:
            raise NOT_FOUND
        require_way_in(user_id)
        require_factor_left(user_id)
        announce(PasskeyRemoved(user_id=user_id, passkey_id=passkey_id))


def remove_all(user_id: uuid.UUID, since: dt.datetime | None = None) -> None:
    """In the transaction of what makes them void: all, with what their owner is known by, or those added since then."""
    theirs = sa.delete(Passkey).where(Passkey.user_id == user_id)
    if since is None:
        execute_write(sa.delete(PasskeyHandle).where(PasskeyHandle.user_id == user_id))
    else:
        theirs = theirs.where(Passkey.created_at >= since)
    for row in execute_returning(theirs.returning(Passkey.id)):
        announce(PasskeyRemoved(user_id=user_id, passkey_id=row.id, alone=False))


_NOTE = (
    sa.update(Passkey)
    .where(
        Passkey.id == sa.bindparam("key"),
        sa.or_(
            Passkey.sign_count < sa.bindparam("count"),
            sa.and_(Passkey.sign_count == 0, sa.bindparam("count", type_=sa.BigInteger) == 0),
        ),
    )
    .values(sign_count=sa.bindparam("count"), backed_up=sa.bindparam("backed"), last_used_at=sa.bindparam("at"))
)


def note_use(key: Passkey, sign_count: int, *, backed_up: bool) -> bool:
    """False: it was removed meanwhile, or its counter has not moved on, so that somebody may have copied it.

    0 is the counter of an authenticator that does not count (WebAuthn Level 3, section 6.1.1).
    """
    row = {"key": key.id, "count": sign_count, "backed": backed_up, "at": clock.now()}
    return execute_write(_NOTE, row) == 1
