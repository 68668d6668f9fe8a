"""Somebody shows that they have a passkey: to sign in, as the second factor, or because it has to be still them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

from app import sessions
from app.accounts import Claimed, CurrentUser, ask_gates
from app.accounts.current import load
from app.accounts.events import ConfirmationRefused, SignInRefused, refusals_announced
from app.accounts.standing import check_not_banned
from app.extensions import db
from app.features.passkeys import ceremonies, challenges, service
from app.features.passkeys.ceremonies import JSON, PASSKEY_REFUSED, PASSKEY_UNKNOWN, Assertion
from app.features.passkeys.challenges import Purpose
from app.features.passkeys.models import Passkey

NAME = service.NAME


def options_to_sign_in(*, bound_to: str) -> JSON:
    """The same for everybody: it is the browser that knows whose passkeys there are."""
    return ceremonies.request_options(challenges.make("sign in", bound_to=bound_to))


def options_for(user_id: uuid.UUID, purpose: Purpose, *, bound_to: str) -> JSON:
    """With the passkeys of this person, who has proved already who they are."""
    challenge = challenges.make(purpose, bound_to=bound_to, subject=user_id)
    return ceremonies.request_options(challenge, service.list_of(user_id))


def recognised(sent: Mapping[str, Any], *, bound_to: str) -> CurrentUser:
    """Whose passkey this is. Raises PASSKEY_REFUSED, PASSKEY_UNKNOWN for one that is not there any more, ACCOUNT_BANNED
    where it is right, and whatever a gate raises.
    """
    assertion = _read(sent)
    key = None if assertion is None else _key(assertion)
    refused = partial(SignInRefused, user_id=None if key is None else key.user_id, strategy=NAME)
    with refusals_announced(refused):
        if assertion is None or key is None:
            ask_gates(Claimed(way=NAME, what="wrong secret"))
            if assertion is None:
                raise PASSKEY_REFUSED
            raise PASSKEY_UNKNOWN
        passage = ask_gates(Claimed(way=NAME, user_id=key.user_id))
        with passage:
            user = load(key.user_id)  # before the key is judged: what voids it afterwards, changes the account as well
            _judge(assertion, key, "sign in", bound_to=bound_to, subject="", named=True)
            if user is None:
                check_not_banned(key.user_id)
                raise PASSKEY_REFUSED
        passage.proved()
    return user


def confirm(user: CurrentUser, sent: Mapping[str, Any], *, bound_to: str) -> None:
    """Make the session fresh: it has shown two factors then. Raises NOT_PROVED, and whatever a gate raises."""
    session_id = user.own_session().id
    with refusals_announced(partial(ConfirmationRefused, user_id=user.id)):
        passage = ask_gates(Claimed(way=NAME, user_id=user.id))
        try:
            with passage:
                prove(user.id, sent, "confirm", bound_to=bound_to)
        except PASSKEY_REFUSED:
            raise service.NOT_PROVED from None
    passage.proved()
    sessions.confirm(session_id, NAME)


def prove(user_id: uuid.UUID, sent: Mapping[str, Any], purpose: Purpose, *, bound_to: str) -> None:
    """It is a passkey of this person, about whom gates were asked already. Raises PASSKEY_REFUSED."""
    assertion = ceremonies.read_assertion(sent)
    key = _key(assertion)
    if key is None or key.user_id != user_id:
        raise PASSKEY_REFUSED
    _judge(assertion, key, purpose, bound_to=bound_to, subject=user_id, named=False)


def _read(sent: Mapping[str, Any]) -> Assertion | None:
    try:
        return ceremonies.read_assertion(sent)
    except PASSKEY_REFUSED:
        return None


def _key(assertion: Assertion) -> Passkey | None:
    return db.session.scalar(sa.select(Passkey).where(Passkey.credential_id == assertion.credential_id))


def _judge(
    assertion: Assertion, key: Passkey, purpose: Purpose, *, bound_to: str, subject: object, named: bool
) -> None:
    """The challenge first: of many who bring one answer at once, one gets on. Raises PASSKEY_REFUSED.

    ``named``: nobody has said who they are, so the authenticator has to.
    """
    if not challenges.use(assertion.challenge, purpose, bound_to=bound_to, subject=subject):
        raise PASSKEY_REFUSED
    handle = assertion.user_handle
    if (named or handle) and handle != service.known_handle(key.user_id):
        raise PASSKEY_REFUSED
    verified = ceremonies.check_assertion(assertion, key)
    if not service.note_use(key, verified.new_sign_count, backed_up=verified.credential_backed_up):
        raise PASSKEY_REFUSED
