"""What a row's signature says, and how it is made and checked. Nothing here asks the database.

``mac`` is an HMAC-SHA-256, under a key made of SECRETS_KEYS, over the row and the ``mac`` of the row before it in its
chain. Whoever only writes SQL cannot make one; so no row is changed, added, moved or taken out between two others
unseen. What is personal in a row is in it as the digest of that with a random salt: once both are blanked, the
digest tells nothing, and the chain holds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import os
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from app.core.encryption import keys_for
from app.features.audit.entries import Entry, as_text

CHAINS = 16
"""Chains beside each other. Whoever appends takes one by chance, so that hardly anybody waits for another."""
BEGINNING = ""
"""What stands in the place of the row before the first."""
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
LAST_MILLISECOND = (dt.datetime.max.replace(tzinfo=dt.UTC) - EPOCH) // dt.timedelta(milliseconds=1)
SIGNED = ("id", "kind", "accepted", "by", "user_id", "actor_id", "session_id", "request_id", "details", "digest")
"""The columns that are signed as they are, beside the time and the place."""
PURPOSE = "audit trail"


def new_key() -> tuple[str, bytes]:
    """The key for new rows, with its id."""
    return next(iter(keys_for(PURPOSE).items()))


def key_of(key_id: str) -> bytes | None:
    """None: it is in SECRETS_KEYS, or JWT_SECRET, no more."""
    return keys_for(PURPOSE).get(key_id)


def id_at(at: dt.datetime) -> uuid.UUID:
    """A uuid7 (RFC 9562) of that moment to the quarter of a microsecond, so that ids are in the order of the times."""
    return _id(at, int.from_bytes(os.urandom(8)))


def first_id_at(at: dt.datetime) -> uuid.UUID:
    """No row of that moment, or later, has an id below it."""
    return _id(at, 0)


def time_of(row_id: uuid.UUID) -> dt.datetime:
    """The moment, to the millisecond, that an id begins with."""
    return EPOCH + min(row_id.int >> 80, LAST_MILLISECOND) * dt.timedelta(milliseconds=1)


def _id(at: dt.datetime, chance: int) -> uuid.UUID:
    milliseconds, rest = divmod(max((at - EPOCH) // MICROSECOND, 0), 1000)
    fine = rest * 4096 // 1000
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | fine << 64 | 2 << 62 | chance >> 2)


def columns_of(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """All columns of the rows but those of their places, which ``seal`` fills in."""
    ids = [id_at(entry.at) for entry in entries]
    for place in range(1, len(ids)):  # of one moment, too, in the order in which they happened
        ids[place] = max(ids[place], uuid.UUID(int=ids[place - 1].int + 1))
    return [_columns_of(entry, row_id) for entry, row_id in zip(entries, ids, strict=True)]


def _columns_of(entry: Entry, row_id: uuid.UUID) -> dict[str, Any]:
    is_personal = entry.address is not None or entry.client is not None
    salt = os.urandom(16).hex() if is_personal else None
    return {
        "id": row_id,
        "at": entry.at,
        "kind": entry.kind,
        "accepted": entry.accepted,
        "user_id": entry.user_id,
        "actor_id": entry.actor_id,
        "by": entry.by,
        "session_id": entry.session_id,
        "request_id": entry.request_id,
        "details": as_text(entry.details),
        "address": entry.address,
        "client": entry.client,
        "salt": salt,
        "digest": None if salt is None else digest_of(salt, entry.address, entry.client),
    }


def digest_of(salt: str, address: str | None, client: str | None) -> str:
    return hashlib.sha256(as_text([salt, address, client]).encode()).hexdigest()


def seal(columns: Mapping[str, Any], chain: int, seq: int, before: str) -> dict[str, Any]:
    """The whole row, at this place of this chain, after the row whose ``mac`` is ``before``."""
    key_id, key = new_key()
    row = {**columns, "chain": chain, "seq": seq, "key_id": key_id}
    return {**row, "mac": mac_of(row, before, key)}


def mac_of(row: Mapping[str, Any], before: str, key: bytes) -> str:
    at = (row["at"] - EPOCH) // MICROSECOND
    signed = [row[name] for name in SIGNED]
    plain = [str(each) if isinstance(each, uuid.UUID) else each for each in signed]
    return _hmac(key, ["row", row["chain"], row["seq"], before, at, *plain])


def signature_of(chain: int, seq: int, mac: str, key: bytes) -> str:
    """Of a checkpoint: up to this row the chain was pruned."""
    return _hmac(key, ["checkpoint", chain, seq, mac])


def is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _hmac(key: bytes, value: object) -> str:
    return hmac.digest(key, as_text(value).encode(), "sha256").hex()
