"""Recovery codes: made as a set, shown once, each good once in the place of a second factor."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.accounts import WRONG_SECOND_FACTOR, Claimed, CurrentUser, ask_gates, prove_again, second_factors
from app.accounts.events import AccountReclaimed, AccountSecured, CredentialRemoved, CredentialsVoided
from app.accounts.hashing_queue import require_place
from app.accounts.service import locked
from app.accounts.short_secrets import new_salt, slow_hash, slow_hash_like
from app.browser.second_factor import Shown
from app.core import clock
from app.core.database import execute_write, read_one, transaction
from app.core.errors import refusal
from app.core.events import announce
from app.core.refusals import BUSY
from app.extensions import db
from app.features.recovery_codes.events import RecoveryCodesMade, RecoveryCodesRemoved, RecoveryCodeUsed
from app.features.recovery_codes.models import RecoveryCode
from app.one_time.digests import digests

NAME = "recovery_code"
"""The strategy, as sessions, events and steps know it."""
HOW_MANY = 10
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that is read as something else: neither 0 and O, nor 1, I and L, nor U, which is taken for V."""
LENGTH = 12
"""59 bits: more than anybody guesses here, and too few for a fast hash (ASVS 5.0, 6.5.2)."""
GROUP = 4
SLOW = "$argon2"
"""How a hash begins. Those of before were keyed by JWT_SECRET, and are good until they are used or replaced."""

NO_SECOND_FACTOR = refusal(
    409,
    "no_second_factor",
    "There is no second factor whose place a code could take. Set one up first.",
    for_people="Set up a second factor first: recovery codes take its place when it is lost.",
)


def renew(user_id: uuid.UUID) -> list[str]:
    """A new set, as people write them down, in the place of the one before.

    It takes as many slow hashes as there are codes, for which everybody waits who signs in. So each set counts at the
    gates as a wrong proof does, and nothing gives it back: whoever makes one after another waits longer each time.

    Raises NO_SECOND_FACTOR, NOT_FOUND, BUSY, and whatever a gate raises.
    """
    if not second_factors(user_id):
        raise NO_SECOND_FACTOR
    require_place()
    ask_gates(Claimed(way=NAME, user_id=user_id))
    codes, salt, now = [_new() for _ in range(HOW_MANY)], new_salt(), clock.now()
    kept = [slow_hash(code, salt) for code in codes]
    with transaction():
        locked(user_id)
        if not second_factors(user_id):
            raise NO_SECOND_FACTOR
        execute_write(_of(user_id))
        db.session.add_all(RecoveryCode(user_id=user_id, digest=each, made_at=now) for each in kept)
        announce(RecoveryCodesMade(user_id=user_id))
    return ["-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP)) for code in codes]


def _new() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


_USE = sa.update(RecoveryCode).where(
    RecoveryCode.user_id == sa.bindparam("owner"),
    RecoveryCode.digest.in_(sa.bindparam("which", expanding=True)),
    RecoveryCode.used_at.is_(None),
)
"""Of many who bring one at once, one touches the row."""


def use(user_id: uuid.UUID, code: str) -> None:
    """Use up a code of this person. Raises WRONG_SECOND_FACTOR, also for one that was used, and BUSY."""
    which = _kept_as(user_id, "".join(code.split()).replace("-", "").upper())
    with transaction():
        used = _USE.values(used_at=sa.bindparam("now"))
        if not which or execute_write(used, {"owner": user_id, "which": which, "now": clock.now()}) == 0:
            raise WRONG_SECOND_FACTOR
        announce(RecoveryCodeUsed(user_id=user_id, left=count(user_id)))


SHOWN = Shown(name=NAME, judge=lambda user_id, sent: use(user_id, sent["code"]), refuses=(WRONG_SECOND_FACTOR, BUSY))


def confirm(user: CurrentUser, code: str) -> None:
    """By one of their codes it is still them: their session is fresh then, and has shown two factors.

    Raises as ``prove_again`` does.
    """
    prove_again(user, NAME, partial(use, code=code))


_ANY = sa.select(RecoveryCode.digest).where(RecoveryCode.user_id == sa.bindparam("user_id")).limit(1)


def _kept_as(user_id: uuid.UUID, code: str) -> Sequence[str]:
    """What the row of this code may say, if it is one of this person's. A set has one salt, so that it takes one hash.

    What no code looks like costs none.
    """
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return ()
    row = read_one(_ANY, {"user_id": user_id})
    if row is None:
        return ()
    stored = str(row.digest)
    return [slow_hash_like(stored, code)] if stored.startswith(SLOW) else digests("recovery code", str(user_id), code)


_LEFT = sa.select(sa.func.count(), sa.func.max(RecoveryCode.made_at).label("made_at")).where(
    RecoveryCode.user_id == sa.bindparam("user_id"), RecoveryCode.used_at.is_(None)
)


OWNERS = sa.select(RecoveryCode.user_id).where(RecoveryCode.used_at.is_(None)).distinct()


def left(user_id: uuid.UUID) -> tuple[int, dt.datetime | None]:
    """How many are left, and when they were made."""
    row = read_one(_LEFT, {"user_id": user_id})
    return (0, None) if row is None else (row[0], row.made_at)


def state_of(user_id: uuid.UUID) -> dict[str, Any]:
    """``RecoveryCodesSchema``."""
    how_many, made_at = left(user_id)
    return {"available": bool(second_factors(user_id)), "count": how_many, "made_at": made_at}


def count(user_id: uuid.UUID) -> int:
    return left(user_id)[0]


def reset(user_id: uuid.UUID) -> None:
    """As a part of something larger."""
    had_some = count(user_id) > 0
    execute_write(_of(user_id))
    if had_some:
        announce(RecoveryCodesRemoved(user_id=user_id, alone=False))


def leave_with_the_last(removed: CredentialRemoved) -> None:
    """Where no other factor is left there is nothing whose place they could take."""
    if removed.user_id is not None and removed.opens_sessions and not second_factors(removed.user_id):
        reset(removed.user_id)


def void(voided: CredentialsVoided) -> None:
    """What a stranger may have written down goes."""
    if voided.user_id is None:
        return
    made_at = left(voided.user_id)[1]
    since = voided.since if isinstance(voided, AccountSecured) else None
    if isinstance(voided, AccountReclaimed) or (since is not None and made_at is not None and made_at >= since):
        reset(voided.user_id)


def _of(user_id: uuid.UUID) -> sa.Delete:
    return sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id)
