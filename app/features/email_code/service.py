"""Codes by mail as a second factor: turned on by a first one, mailed where they are asked for, each good once."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial

import sqlalchemy as sa

from app import accounts, sessions
from app.accounts import WRONG_SECOND_FACTOR, CurrentUser, User, prove_address
from app.accounts.events import AccountReclaimed, AccountSecured, CredentialsVoided
from app.accounts.mailed_codes import MailedCodes
from app.accounts.service import locked
from app.browser.second_factor import Shown
from app.core import clock
from app.core.database import execute_write, insert_of, read_one, transaction
from app.core.errors import NOT_FOUND
from app.core.events import announce
from app.features.email_code.events import EmailCodeAdded, EmailCodeRemoved
from app.features.email_code.models import EmailCode

NAME = "email_code"
"""The strategy, as sessions, events and steps know it, and the kind of the mail."""


def is_offered(user_id: uuid.UUID) -> bool:
    """It is not where something stronger asks."""
    return NAME in accounts.second_factors(user_id)


CODES = MailedCodes(name=NAME, template="email_code/code", wrong=WRONG_SECOND_FACTOR, is_wanted=is_offered)
SHOWN = Shown(
    name=NAME,
    judge=lambda user_id, sent: CODES.use(user_id, sent["code"], place=sent["token"]),
    refuses=(WRONG_SECOND_FACTOR,),
)
FIRST = MailedCodes(
    name="email_code_setup", template="email_code/setup", wrong=WRONG_SECOND_FACTOR, is_wanted=lambda _: True
)


def begin(user: CurrentUser) -> None:
    """Have a first code mailed, which turns it on. Raises as ``MailedCodes.ask`` does."""
    FIRST.ask(user.id, str(user.own_session().id))


def finish(user: CurrentUser, code: str) -> None:
    """Turn it on by the first code. The session has shown two factors then, and the address is proved.

    Raises SECOND_FACTOR_REFUSED, and whatever a gate raises.
    """
    session_id = user.own_session().id
    accounts.prove(user.id, partial(FIRST.use, code=code, place=str(session_id), then=_turn_on))
    sessions.confirm(session_id, NAME)


def _turn_on(user_id: uuid.UUID) -> None:
    prove_address(locked(user_id), set_up_by_them=True)
    new = insert_of(EmailCode).values(user_id=user_id, since=clock.now())
    if execute_write(new.on_conflict_do_nothing()) == 1:
        announce(EmailCodeAdded(user_id=user_id))


def ask(user_id: uuid.UUID, place: str, *, again: bool) -> None:
    """Have a code mailed to somebody who has it on. Raises NOT_FOUND where it is not offered, and as ``ask`` does."""
    if not is_offered(user_id):
        raise NOT_FOUND
    CODES.ask(user_id, place, again=again)


_SINCE = sa.select(EmailCode.since, User.email_verified_at).where(
    EmailCode.user_id == sa.bindparam("user_id"), User.id == EmailCode.user_id
)


OWNERS = (
    sa.select(EmailCode.user_id).join(User, User.id == EmailCode.user_id).where(User.email_verified_at.is_not(None))
)


def since(user_id: uuid.UUID) -> dt.datetime | None:
    """Since when this person has it on."""
    row = read_one(_SINCE, {"user_id": user_id})
    return None if row is None else row.since


def count(user_id: uuid.UUID) -> int:
    """None while the address is not verified: it may be a stranger's."""
    row = read_one(_SINCE, {"user_id": user_id})
    return int(row is not None and row.email_verified_at is not None)


def remove(user_id: uuid.UUID) -> None:
    """Turn it off. It is nobody's last factor: whoever has to have one needs a strong one. Raises NOT_FOUND."""
    with transaction():
        locked(user_id)
        if not _delete(user_id):
            raise NOT_FOUND
        announce(EmailCodeRemoved(user_id=user_id))


def reset(user_id: uuid.UUID) -> None:
    """As a part of something larger, which has locked the user's row."""
    if _delete(user_id):
        announce(EmailCodeRemoved(user_id=user_id, alone=False))


def _delete(user_id: uuid.UUID) -> bool:
    return execute_write(sa.delete(EmailCode).where(EmailCode.user_id == user_id)) == 1


def void(voided: CredentialsVoided) -> None:
    """Whoever takes an account over finds none, else what is new goes."""
    if voided.user_id is None:
        return
    on_since = since(voided.user_id)
    limit = voided.since if isinstance(voided, AccountSecured) else None
    if isinstance(voided, AccountReclaimed) or (limit is not None and on_since is not None and on_since >= limit):
        reset(voided.user_id)
