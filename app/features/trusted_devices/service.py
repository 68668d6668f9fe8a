"""Browsers in which an account is not asked for its second factor: trusted, found again, distrusted.

What a browser keeps has 256 random bits, and here is the keyed hash of it. It lets nobody in by itself.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from flask import current_app

from app import sessions
from app.accounts import CurrentUser
from app.accounts.events import CredentialAdded, CredentialRemoved, CredentialsChanged
from app.accounts.service import locked
from app.core import clock, pruning
from app.core.database import execute_returning, execute_write, new_id, transaction
from app.core.events import announce
from app.core.settings import of
from app.extensions import db
from app.features.trusted_devices.events import DeviceDistrusted, DeviceTrusted
from app.features.trusted_devices.models import TrustedDevice
from app.features.trusted_devices.settings import Settings
from app.one_time.digests import digest, digests
from app.passport.bearer import TOKEN_REVOKED

KIND = "trusted device"
MAX_OF_ONE = 20
"""Browsers of one account; the one trusted first is forgotten."""


def hashes_of(presented: Collection[str]) -> list[str]:
    """As which any of these may be kept."""
    return [each for secret in presented for each in digests(KIND, secret)]


def trust(user: CurrentUser, presented: Collection[str]) -> str:
    """Ask for no second factor in this browser from now on. Returns the secret that it keeps, a new one each time.

    So nobody gains anything by planting a secret of their own beforehand. ``presented`` are those that the browser
    has: of this account none stays good. Raises NOT_FOUND, and TOKEN_REVOKED where the session has ended meanwhile.
    """
    session = user.own_session()
    secret, now = secrets.token_urlsafe(32), clock.now()
    row = TrustedDevice(
        id=new_id(),
        user_id=user.id,
        secret_hash=digest(KIND, secret),
        user_agent=sessions.this_client().user_agent,
        created_at=now,
        expires_at=now + dt.timedelta(days=_days()),
    )
    with transaction():
        locked(user.id)  # what voids all of them comes before this, and has ended the session, or after, and finds it
        if sessions.find_active(session.id) is None:
            raise TOKEN_REVOKED
        _forget(user.id, presented)
        db.session.add(row)
        announce(DeviceTrusted(user_id=user.id, device_id=row.id, expires_at=row.expires_at))
    return secret


def _forget(user_id: uuid.UUID, presented: Collection[str]) -> None:
    """What takes the place of another, and what is too much, goes without a word."""
    own = sa.select(TrustedDevice.id).where(TrustedDevice.user_id == user_id)
    newest = own.order_by(TrustedDevice.created_at.desc(), TrustedDevice.id.desc()).limit(MAX_OF_ONE - 1)
    kept = [row.id for row in db.session.execute(newest)]
    goes = sa.or_(TrustedDevice.secret_hash.in_(hashes_of(presented)), TrustedDevice.id.not_in(kept))
    execute_write(sa.delete(TrustedDevice).where(TrustedDevice.user_id == user_id, goes))


def use(user_id: uuid.UUID, presented: Collection[str]) -> bool:
    """Is this browser trusted by the account? It is noted that it was used."""
    if not presented:
        return False
    statement = sa.update(TrustedDevice).where(
        TrustedDevice.user_id == user_id,
        TrustedDevice.secret_hash.in_(hashes_of(presented)),
        *_still(),
    )
    return execute_write(statement.values(last_used_at=clock.now())) > 0


def list_of(user_id: uuid.UUID) -> Sequence[TrustedDevice]:
    """The browsers that an account trusts, the latest first."""
    statement = sa.select(TrustedDevice).where(TrustedDevice.user_id == user_id, *_still())
    return db.session.scalars(statement.order_by(TrustedDevice.created_at.desc(), TrustedDevice.id.desc())).all()


def distrust(user_id: uuid.UUID, device_id: uuid.UUID) -> bool:
    """Ask for a second factor there again. False: this person has no such device."""
    with transaction():
        return _delete(user_id, TrustedDevice.id == device_id, alone=True) > 0


def distrust_all(user_id: uuid.UUID) -> None:
    with transaction():
        _delete(user_id, sa.true(), alone=False)


def void(event: CredentialsChanged | CredentialAdded | CredentialRemoved) -> None:
    """What opens the account is another: the factor is asked for everywhere. What opens no session changes nothing."""
    is_nothing = not isinstance(event, CredentialsChanged) and not event.opens_sessions
    if isinstance(event, CredentialAdded) and not event.alone:
        return  # the account is new: nothing trusts it
    if event.user_id is not None and not is_nothing:
        _delete(event.user_id, sa.true(), alone=False)


def _delete(user_id: uuid.UUID, which: sa.ColumnElement[bool], *, alone: bool) -> int:
    statement = sa.delete(TrustedDevice).where(TrustedDevice.user_id == user_id, which)
    rows = execute_returning(statement.returning(TrustedDevice.id))
    for row in rows:
        announce(DeviceDistrusted(user_id=user_id, device_id=row.id, alone=alone))
    return len(rows)


def _still() -> tuple[sa.ColumnElement[bool], ...]:
    """Not over, by what was said then and by what TRUSTED_DEVICE_DAYS is now."""
    now = clock.now()
    return TrustedDevice.expires_at > now, TrustedDevice.created_at > now - dt.timedelta(days=_days())


def _days() -> int:
    return of(current_app, Settings).days


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete what is over. Idempotent; for a daily job. Returns how many went."""
    return pruning.prune(TrustedDevice, TrustedDevice.expires_at <= clock.now(), progress)
