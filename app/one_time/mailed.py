"""Secrets that are mailed: a link with 256 random bits, and a code to type in the browser that asked for the mail.

Both are one row, so that either uses up the other. Whoever guesses codes has MAX_TRIES for each mail.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core import clock
from app.core.database import execute_returning, execute_write, locking, read_one, transaction
from app.one_time.digests import digest, finds, fits, plain
from app.one_time.models import OneTime

CODE_DIGITS = 6
CODE_LIFETIME = dt.timedelta(minutes=10)
"""At most, by OWASP ASVS 5.0, 6.5.5."""
MAX_TRIES = 5
ADDRESS = "address"
"""In the payload."""


class Mailed(NamedTuple):
    """What goes into the mail, and nowhere else. ``code`` is None where no browser asked."""

    token: str
    code: str | None


class Holder(NamedTuple):
    """Whose the mail is that a browser asked for: an account, or an address that none has."""

    user_id: uuid.UUID | None
    address: str | None


class Found(NamedTuple):
    """A secret that was brought and is good, and not used up yet. ``handle`` is that of the browser that asked."""

    digest: str
    purpose: str
    user_id: uuid.UUID | None
    payload: Mapping[str, Any]
    handle: str | None
    code: str | None = None
    """Its hash, where the code was brought and not the link."""


_COLUMNS = (OneTime.digest, OneTime.user_id, OneTime.payload, OneTime.handle, OneTime.code)


def handle_of(purpose: str, browser: str) -> str:
    """How a row knows the browser that asked, by a random value which that keeps. It is no secret, and has no key."""
    return plain("handle", purpose, browser)


def mail(
    purpose: str,
    lifetime: dt.timedelta,
    *,
    user_id: uuid.UUID | None = None,
    address: str | None = None,
    handle: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> Mailed:
    """Make a secret for a mail. It voids those for the same purpose of the same person, address or browser.

    ``address`` is the one that was asked for, normalised. Where nobody has it, and a browser may type a code, make one
    as well and mail nothing: else wrong codes would be counted for those alone who have an account, which tells.
    """
    token = secrets.token_urlsafe(32)
    code = None if handle is None else f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    now = clock.now()
    bound = ("",) if address is None else (ADDRESS, purpose, address)
    row = {
        "digest": digest(token),
        "purpose": purpose,
        "bound_to": digest(*bound),
        "expires_at": now + lifetime,
        "user_id": user_id,
        "payload": {**(payload or {}), ADDRESS: address} if address is not None else dict(payload or {}) or None,
        "handle": handle,
        "code": None if code is None else digest("code", str(handle), code),
        "code_until": None if code is None else now + min(CODE_LIFETIME, lifetime),
        "tries": None if code is None else MAX_TRIES,
    }
    older = _same(purpose, user_id, handle, None if address is None else finds(OneTime.bound_to, *bound))
    with transaction():
        if user_id is not None:
            _lock(user_id)
        if older:
            execute_write(sa.delete(OneTime).where(sa.or_(*older)))
        execute_write(sa.insert(OneTime).values(row))
    return Mailed(token, code)


def _same(
    purpose: str, user_id: uuid.UUID | None, handle: str | None, of_address: sa.ColumnElement[bool] | None
) -> list[sa.ColumnElement[bool]]:
    """What a newer secret voids. The address's also where nobody has it: else codes of several browsers are good at
    once there, and not where somebody has it, and more wrong ones are counted, which tells.
    """
    same: list[sa.ColumnElement[bool]] = []
    if handle is not None:
        same.append(OneTime.handle == handle)
    if user_id is not None:
        same.append(sa.and_(OneTime.user_id == user_id, OneTime.purpose == purpose))
    if of_address is not None:
        same.append(of_address)
    return same


def _lock(user_id: uuid.UUID) -> None:
    """The owner's row before their secrets, as whoever uses or voids one does: so nobody waits in a circle."""
    (key,) = OneTime.__table__.c.user_id.foreign_keys
    read_one(locking(sa.select(key.column).where(key.column == user_id)), {})


def find(token: str, purpose: str) -> Found | None:
    """What the link's secret is for. It is not used up."""
    statement = sa.select(*_COLUMNS).where(
        finds(OneTime.digest, token), OneTime.purpose == purpose, OneTime.expires_at > clock.now()
    )
    row = read_one(statement, {})
    return None if row is None else Found(row.digest, purpose, row.user_id, row.payload or {}, row.handle)


def holder(handle: str, purpose: str) -> Holder | None:
    """Whose the mail is that this browser asked for, while there is a try left."""
    statement = sa.select(OneTime.user_id, OneTime.payload).where(*_may_be_tried(handle, purpose))
    row = read_one(statement, {})
    return None if row is None else Holder(row.user_id, (row.payload or {}).get(ADDRESS))


def try_code(handle: str, code: str, purpose: str) -> Found | None:
    """What the code is for, if it is right. Right or wrong, it takes a try: of many at once, MAX_TRIES are judged."""
    statement = sa.update(OneTime).where(*_may_be_tried(handle, purpose)).values(tries=OneTime.tries - 1)
    rows = execute_returning(statement.returning(*_COLUMNS))
    if not rows or not fits(rows[0].code, "code", handle, code):
        return None
    return Found(rows[0].digest, purpose, rows[0].user_id, rows[0].payload or {}, handle, rows[0].code)


def use(found: Found) -> bool:
    """Use it up, in the transaction with what it unlocks. False: somebody else did, or it was voided meanwhile.

    The owner's row is locked first.

    A code that was right stays so for as long as the link is good: its tries were counted when it was judged.
    """
    if found.user_id is not None:
        _lock(found.user_id)
    statement = sa.delete(OneTime).where(OneTime.digest == found.digest, OneTime.expires_at > clock.now())
    return execute_write(statement) == 1


def give_back(found: Found) -> None:
    """Return the try that a right code has taken: something else was wrong with what it was brought for."""
    if found.code is not None:
        statement = sa.update(OneTime).where(OneTime.digest == found.digest, OneTime.tries < MAX_TRIES)
        execute_write(statement.values(tries=OneTime.tries + 1))


def _may_be_tried(handle: str, purpose: str) -> tuple[sa.ColumnElement[bool], ...]:
    now = clock.now()
    good = (OneTime.expires_at > now, OneTime.code_until > now, OneTime.tries > 0)
    return (OneTime.handle == handle, OneTime.purpose == purpose, *good)
