"""What is no news: sign-ins on devices that are known, and what belongs to a registration."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import singledispatch
from typing import NamedTuple

import sqlalchemy as sa
from flask import has_request_context

from app import limits
from app.accounts import User
from app.accounts.events import AccountEnabled, CredentialAdded, SignInAccepted, UserUnbanned
from app.browser.device import known_to
from app.core import clock
from app.core.database import read_one
from app.core.events import Event
from app.limits import Note
from app.sessions import Session, this_client
from app.sessions.devices import device_name

REGISTERING = dt.timedelta(days=1)
"""From when an account was made, its first sign-in is a part of that."""
AT_ONCE = dt.timedelta(minutes=1)
"""What is added to an account so soon after it was made, by its provider, is what it was made with."""
PROGRAMS_LAST = dt.timedelta(days=90)
"""How long a program is known in its network, from its last sign-in on."""


class Account(NamedTuple):
    """Whose the news is, as the row is in the transaction."""

    id: uuid.UUID
    email: str
    email_normalized: str
    language: str | None
    created_at: dt.datetime
    is_enabled: bool
    banned_until: dt.datetime | None


_ACCOUNT = sa.select(
    User.id,
    User.email,
    User.email_normalized,
    User.language,
    User.created_at,
    User.is_enabled.label("is_enabled"),
    User.banned_until,
).where(User.id == sa.bindparam("user_id"))
_ANOTHER_SESSION = (
    sa.select(Session.id)
    .where(Session.user_id == sa.bindparam("user_id"), Session.id != sa.bindparam("session_id"))
    .limit(1)
)


def account_of(user_id: uuid.UUID) -> Account | None:
    row = read_one(_ACCOUNT, {"user_id": user_id})
    return None if row is None else Account(**row._mapping)


def is_from_a_known_device(event: Event) -> bool:
    """Of a sign-in, whether its browser or program has signed in to the account before.

    A browser by its cookie, which costs no question; what is no browser by its name and its network.
    """
    if not isinstance(event, SignInAccepted):
        return False
    if event.user_id is None or event.session_id is None or not has_request_context():
        return True  # nobody came in from a device
    client = this_client()
    name = device_name(client.user_agent)
    if name.is_browser:
        return known_to(event.user_id) is not None
    where = f"{name.program} {limits.network_of(client.address)}"
    return limits.note(Note("program", f"account:{event.user_id}", where), PROGRAMS_LAST)


@singledispatch
def is_news(event: Event, account: Account) -> bool:
    """Is it worth a mail, as the account stands?"""
    del event, account
    return True


@is_news.register
def _(event: SignInAccepted, account: Account) -> bool:
    if account.created_at < clock.now() - REGISTERING:
        return True
    return read_one(_ANOTHER_SESSION, {"user_id": account.id, "session_id": event.session_id}) is not None


@is_news.register
def _(_: CredentialAdded, account: Account) -> bool:
    return account.created_at < clock.now() - AT_ONCE


@is_news.register
def _(_: AccountEnabled, account: Account) -> bool:
    """While a ban keeps them out, that it is lifted is the news."""
    return account.banned_until is None or account.banned_until <= clock.now()


@is_news.register
def _(_: UserUnbanned, account: Account) -> bool:
    return account.is_enabled
