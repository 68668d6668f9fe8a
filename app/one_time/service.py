"""Issue, redeem, void and spend. Each is one statement: of many who bring the same secret at once, one is let in.

Inside a transaction it joins that: a secret is used up together with what it unlocks, or not at all.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core import clock, pruning
from app.core.database import execute_returning, execute_write, insert_of, read_one
from app.one_time.digests import digest, finds, plain
from app.one_time.models import OneTime

_RESCUE = "rescue: "


class Redeemed(NamedTuple):
    """What was kept with a secret: whose it is, if anybody's, and what was known then."""

    user_id: uuid.UUID | None
    payload: Mapping[str, Any]


def issue(
    secret: str,
    purpose: str,
    lifetime: dt.timedelta,
    *,
    bound_to: str = "",
    user_id: uuid.UUID | None = None,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Let this secret be redeemed once, for this purpose, by whoever also brings ``bound_to``.

    Of these two only hashes are kept. ``payload`` is stored as JSON and not hidden: it must hold no secret. The secret
    itself has to be random, of at least 128 bits.
    """
    row = {
        "digest": digest(secret),
        "purpose": purpose,
        "bound_to": digest(bound_to),
        "expires_at": clock.now() + lifetime,
        "user_id": user_id,
        "payload": dict(payload) if payload else None,
    }
    execute_write(sa.insert(OneTime).values(row))


def redeem(secret: str, purpose: str, *, bound_to: str = "") -> Redeemed | None:
    """Use it up. None: never issued, for something or somebody else, used already, voided, or too late.

    Where the transaction around it is rolled back, the secret is good again.
    """
    statement = sa.delete(OneTime).where(*_is_good(secret, purpose, bound_to))
    rows = execute_returning(statement.returning(OneTime.user_id, OneTime.payload))
    return Redeemed(rows[0].user_id, rows[0].payload or {}) if rows else None


def look_at(secret: str, purpose: str, *, bound_to: str = "") -> Redeemed | None:
    """What ``redeem`` would answer. It is not used up, so nothing may rest on this alone."""
    statement = sa.select(OneTime.user_id, OneTime.payload).where(*_is_good(secret, purpose, bound_to))
    row = read_one(statement, {})
    return None if row is None else Redeemed(row.user_id, row.payload or {})


def _is_good(secret: str, purpose: str, bound_to: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        finds(OneTime.digest, secret),
        OneTime.purpose == purpose,
        finds(OneTime.bound_to, bound_to),
        OneTime.expires_at > clock.now(),
    )


def spend(secret: str, purpose: str, until: dt.datetime) -> bool:
    """Use up what was never issued here, but is good by itself until then, such as what we have signed.

    False: it was used already. What nobody brings costs no row. Its hash has no key: a rotation in between must not let
    it be used again, and whoever reads it can do nothing with it any more.
    """
    row = {"digest": plain("spent", secret), "purpose": f"spent: {purpose}", "bound_to": plain(), "expires_at": until}
    return execute_write(insert_of(OneTime).values(row).on_conflict_do_nothing()) == 1


def rescuing(purpose: str) -> str:
    """The purpose of a secret that lets nobody in, and takes an account back from whoever should not be there.

    ``void_all`` leaves it alone: else a thief would void it by changing the password.
    """
    return _RESCUE + purpose


def void_all(user_id: uuid.UUID, purpose: str | None = None) -> int:
    """End all secrets of a person but for rescuing ones, or those for one purpose. Returns how many there were."""
    which = OneTime.purpose == purpose if purpose is not None else ~OneTime.purpose.startswith(_RESCUE)
    return execute_write(sa.delete(OneTime).where(OneTime.user_id == user_id, which))


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete what has expired. Idempotent; for a daily job. Returns how many went."""
    return pruning.prune(OneTime, OneTime.expires_at <= clock.now(), progress)
