"""Making an account with a passkey and no password. Until the passkey comes back, nothing is stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.accounts import (
    Claimed,
    CurrentUser,
    Step,
    User,
    are_answered_alike,
    ask_gates,
    ask_to_sign_up,
    invited,
    names,
    open_account,
    prepare,
    require_free,
)
from app.core import clock
from app.core.database import execute_write, new_id, read_one
from app.core.events import announce
from app.features.passkeys import ceremonies, challenges
from app.features.passkeys.ceremonies import JSON, PASSKEY_REFUSED
from app.features.passkeys.challenges import Purpose
from app.features.passkeys.events import PasskeyAdded
from app.features.passkeys.models import Passkey, PasskeyHandle
from app.features.passkeys.proving import NAME
from app.features.passkeys.service import NOT_PROVED, PASSKEY_EXISTS


class Made(NamedTuple):
    """What the browser has made, what the person calls it, and which browser it is."""

    credential: Mapping[str, Any]
    name: str
    bound_to: str


def options(email: str, name: str | None, *, bound_to: str) -> JSON:
    """What the browser makes the passkey of a new account with.

    Everything that could refuse the account is asked before, so that nobody makes a passkey in vain; its challenge is
    good for this address alone, and once, so nothing needs to be asked again. Raises VALIDATION_FAILED, EMAIL_TAKEN
    where addresses are not answered alike, and whatever a gate or a rule raises.
    """
    ask_to_sign_up(email, name, way=NAME)
    require_free(email)  # it counts at the gates, also where it is refused: it says who has an account
    return _options("sign up", (email, name), email, name, bound_to)


def sign_up(email: str, name: str | None, made: Made) -> User | Step:
    """Make the account. A Step: as in ``accounts.sign_up``, whether there was an account is not told.

    Raises NOT_PROVED, PASSKEY_EXISTS, EMAIL_TAKEN, and VALIDATION_FAILED for a bad name of the passkey.
    """
    keep = _kept("sign up", (email, name), made)
    return open_account(prepare(email, None, name, keep=partial(keep, told=not are_answered_alike())))


def options_to_accept(token: str, name: str | None, *, bound_to: str) -> JSON:
    """The same for whoever has the link of an invitation. Raises VALIDATION_FAILED, LINK_OVER, EMAIL_TAKEN."""
    if name is not None:
        names.check_acceptable(name)
    return _options("invitation", (token, name), invited(token).email, name, bound_to)


def accept(token: str, name: str | None, made: Made) -> CurrentUser:
    """Make the account that the link invites to. Raises as ``sign_up`` does, and LINK_OVER."""
    found = invited(token)
    return found.accept(name, partial(_kept("invitation", (token, name), made), told=True))


def _options(purpose: Purpose, subject: object, email: str, name: str | None, bound_to: str) -> JSON:
    challenge = challenges.make(purpose, bound_to=bound_to, subject=subject)
    handle = challenges.handle_for(challenge, purpose, bound_to=bound_to, subject=subject)
    return ceremonies.creation_options(challenge, handle=handle, email=email, name=name, keys=(), quietly=False)


def _kept(purpose: Purpose, subject: object, made: Made) -> partial[None]:
    """What stores the passkey, judged, in the transaction of the account.

    Whether there is such a passkey already is told before anybody looks at the address: else it would tell who has one.
    """
    names.check_acceptable(made.name)
    try:
        registration = ceremonies.read_registration(made.credential)
        if not challenges.use(registration.challenge, purpose, bound_to=made.bound_to, subject=subject):
            raise PASSKEY_REFUSED
        passkey = ceremonies.check_registration(registration, quietly=False)
    except PASSKEY_REFUSED:
        ask_gates(Claimed(way=NAME, what="wrong secret"))
        raise NOT_PROVED from None
    if not challenges.claim(passkey.credential_id) or read_one(_SAME, {"credential": passkey.credential_id}):
        raise PASSKEY_EXISTS
    passkey.name = made.name
    handle = challenges.handle_for(registration.challenge, purpose, bound_to=made.bound_to, subject=subject)
    return partial(_store, passkey, handle)


_SAME = sa.select(Passkey.id).where(Passkey.credential_id == sa.bindparam("credential"))


def _store(passkey: Passkey, handle: bytes, user_id: uuid.UUID, *, told: bool) -> None:
    """Of somebody who is not there, it is the same two statements, and nothing is stored.

    ``told`` False: what listeners do would take its time where there is somebody, and say so.
    """
    passkey_id = new_id()
    _insert(PasskeyHandle, user_id, handle=handle)
    is_stored = _insert(
        Passkey,
        user_id,
        id=passkey_id,
        credential_id=passkey.credential_id,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        backup_eligible=passkey.backup_eligible,
        backed_up=passkey.backed_up,
        transports=passkey.transports,
        aaguid=passkey.aaguid,
        name=passkey.name,
        created_at=clock.now(),
    )
    if is_stored and told:
        announce(PasskeyAdded(user_id=user_id, passkey_id=passkey_id, alone=False))


def _insert(model: type[Passkey | PasskeyHandle], user_id: uuid.UUID, **values: object) -> bool:
    """For whoever exists."""
    columns = model.__table__.c
    row = {"user_id": user_id, **values}
    chosen = sa.select(*(sa.literal(value, columns[name].type) for name, value in row.items()))
    rows = chosen.where(sa.exists().where(User.id == user_id))
    return execute_write(sa.insert(model).from_select(list(row), rows)) == 1
