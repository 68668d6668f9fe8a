"""Issue and redeem. Both are one statement: of many who bring the same secret at once, one is let in."""

from __future__ import annotations

import datetime as dt
import hashlib

import sqlalchemy as sa

from app.core import clock, pruning
from app.core.database import execute_write
from app.one_time.models import OneTime


def issue(secret: str, purpose: str, bound_to: str, lifetime: dt.timedelta) -> None:
    """Let this secret be redeemed once, for this purpose, by whoever also brings ``bound_to``. Only hashes are kept."""
    row = {
        "digest": _digest(secret),
        "purpose": purpose,
        "bound_to": _digest(bound_to),
        "expires_at": clock.now() + lifetime,
    }
    execute_write(sa.insert(OneTime).values(row))


def redeem(secret: str, purpose: str, bound_to: str) -> bool:
    """Use it up. False: never issued, for something or somebody else, used already, or too late."""
    statement = sa.delete(OneTime).where(
        OneTime.digest == _digest(secret),
        OneTime.purpose == purpose,
        OneTime.bound_to == _digest(bound_to),
        OneTime.expires_at > clock.now(),
    )
    return execute_write(statement) == 1


def prune(progress: pruning.Progress = lambda _: None) -> int:
    """Delete what has expired. Idempotent; for a daily job. Returns how many went."""
    return pruning.prune(OneTime, OneTime.expires_at <= clock.now(), progress)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
