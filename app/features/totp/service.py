"""Authenticator apps: set up with a first code, asked for from then on, each code good once."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from functools import partial
from typing import NamedTuple

import sqlalchemy as sa

from app import accounts, sessions
from app.accounts import WRONG_SECOND_FACTOR, CurrentUser, prove_again
from app.accounts.events import AccountReclaimed, AccountSecured, CredentialsVoided
from app.accounts.service import locked
from app.browser.second_factor import Shown
from app.core import clock, pruning
from app.core.database import execute_write, read_one, transaction
from app.core.encryption import Encrypted, Unreadable
from app.core.errors import NOT_FOUND, refusal
from app.core.events import announce
from app.core.hot import HotRead
from app.core.settings import settings
from app.extensions import db
from app.features.totp.codes import Secret
from app.features.totp.events import TotpAdded, TotpRemoved
from app.features.totp.models import PENDING, SECRET, Totp

log = logging.getLogger(__name__)

NAME = "totp"
"""The strategy, as sessions, events and steps know it."""
LIFETIME = dt.timedelta(minutes=10)
"""Of a secret that no code was shown of yet."""

SETUP_OVER = refusal(
    409,
    "setup_over",
    "No app is being set up, or that took too long. Begin again with POST /auth/totp.",
    for_people="This took too long. Begin again with a new picture.",
)


class Begun(NamedTuple):
    """What an app is told. It is shown this once."""

    secret: Secret
    uri: str


def begin(user: CurrentUser) -> Begun:
    """A new secret, which waits for its first code. An app that is there already goes on until then."""
    secret = Secret.new()
    with transaction():
        locked(user.id)
        row = db.session.get(Totp, user.id)
        if row is None:
            row = Totp(user_id=user.id, last_counter=0)
            db.session.add(row)
        row.pending, row.pending_until = PENDING.seal(user.id, secret.raw), clock.now() + LIFETIME
    return Begun(secret, secret.uri(settings().brand.name, user.email))


def finish(user: CurrentUser, code: str) -> None:
    """Turn the app on that was begun, by its first code, which is used up. The session has shown two factors then.

    Raises SETUP_OVER, SECOND_FACTOR_REFUSED, and whatever a gate raises.
    """
    session_id = user.own_session().id
    accounts.prove(user.id, partial(_turn_on, code=code))
    sessions.confirm(session_id, NAME)


def _turn_on(user_id: uuid.UUID, code: str) -> None:
    now = clock.now()
    with transaction():
        locked(user_id)
        row = db.session.get(Totp, user_id, populate_existing=True)
        if row is None or row.pending is None or row.pending_until is None or row.pending_until <= now:
            raise SETUP_OVER
        secret = _opened(PENDING, user_id, row.pending)
        counter = None if secret is None else secret.counter_of(code)
        if secret is None or counter is None:
            raise WRONG_SECOND_FACTOR
        if row.confirmed_at is not None:
            announce(TotpRemoved(user_id=user_id, alone=False))
        row.secret, row.confirmed_at, row.last_counter = SECRET.seal(user_id, secret.raw), now, counter
        row.pending = row.pending_until = None
        db.session.flush()
        announce(TotpAdded(user_id=user_id))


_IN_USE = sa.select(Totp.secret, Totp.confirmed_at).where(
    Totp.user_id == sa.bindparam("user_id"), Totp.confirmed_at.is_not(None)
)
OWNERS = sa.select(Totp.user_id).where(Totp.confirmed_at.is_not(None))
_USE = sa.update(Totp).where(
    Totp.user_id == sa.bindparam("owner"),
    Totp.confirmed_at == sa.bindparam("since"),
    Totp.last_counter < sa.bindparam("counter"),
)
"""Of many who bring the same code at once, one touches the row. Whoever sets up another app meanwhile comes first."""


def use(user_id: uuid.UUID, code: str) -> None:
    """Use up a code of this person's app.

    Raises WRONG_SECOND_FACTOR, also for one that was used, and for one before that.
    """
    row = read_one(_IN_USE, {"user_id": user_id})
    secret = None if row is None else _opened(SECRET, user_id, row.secret)
    counter = None if secret is None else secret.counter_of(code)
    if row is None or counter is None:
        raise WRONG_SECOND_FACTOR
    which = {"owner": user_id, "since": row.confirmed_at, "counter": counter}
    if execute_write(_USE.values(last_counter=sa.bindparam("counter")), which) == 0:
        raise WRONG_SECOND_FACTOR


SHOWN = Shown(name=NAME, judge=lambda user_id, sent: use(user_id, sent["code"]), refuses=(WRONG_SECOND_FACTOR,))


def confirm(user: CurrentUser, code: str) -> None:
    """By a code of their app it is still them: their session is fresh then, and has shown two factors.

    Raises as ``prove_again`` does.
    """
    prove_again(user, NAME, partial(use, code=code))


def _opened(kept: Encrypted, user_id: uuid.UUID, text: str) -> Secret | None:
    """None: it cannot be read any more, which the operator has to know."""
    try:
        return Secret(kept.open(user_id, text))
    except Unreadable:
        log.error(
            "no key opens the authenticator secret of %s: is one missing from SECRETS_KEYS or JWT_SECRET?", user_id
        )
        return None


_SINCE = HotRead(sa.select(Totp.confirmed_at).where(Totp.user_id == sa.bindparam("user_id")))
"""Asked at every sign-in."""


def confirmed_at(user_id: uuid.UUID) -> dt.datetime | None:
    """Since when this person has an app."""
    row = _SINCE.first_here({"user_id": user_id})
    return None if row is None else row[0]


def count(user_id: uuid.UUID) -> int:
    return int(confirmed_at(user_id) is not None)


def remove(user_id: uuid.UUID) -> None:
    """Take the app away, and one that is being set up. Raises NOT_FOUND, LAST_SECOND_FACTOR."""
    with transaction():
        locked(user_id)
        if not _delete(user_id):
            raise NOT_FOUND
        announce(TotpRemoved(user_id=user_id))
        accounts.require_factor_left(user_id)


def reset(user_id: uuid.UUID) -> None:
    """As a part of something larger, which has locked the user's row."""
    if _delete(user_id):
        announce(TotpRemoved(user_id=user_id, alone=False))


def _delete(user_id: uuid.UUID) -> bool:
    """Was there one in use?"""
    was_there = count(user_id) > 0
    execute_write(sa.delete(Totp).where(Totp.user_id == user_id))
    return was_there


def void(voided: CredentialsVoided) -> None:
    """What a stranger may have set up goes: all of it from whoever takes an account over, else what is that new."""
    if voided.user_id is None:
        return
    since = voided.since if isinstance(voided, AccountSecured) else None
    added = confirmed_at(voided.user_id)
    if isinstance(voided, AccountReclaimed) or added is None or (since is not None and added >= since):
        reset(voided.user_id)
    else:
        kept = sa.update(Totp).where(Totp.user_id == voided.user_id)
        execute_write(kept.values(pending=None, pending_until=None))


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete what was begun and not finished, also beside an app that goes on. Returns how many went."""
    over = sa.and_(Totp.pending_until.is_not(None), Totp.pending_until < clock.now())
    deleted = pruning.prune(Totp, sa.and_(Totp.confirmed_at.is_(None), over), progress)
    return deleted + execute_write(sa.update(Totp).where(over).values(pending=None, pending_until=None))
