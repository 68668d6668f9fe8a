"""Random secrets that are short enough to type: kept under a slow hash, and found again by it.

With fewer than 112 random bits a fast hash is not enough (ASVS 5.0, 6.5.2). No key has a part in this one, so none that
changes makes them void.
"""

from __future__ import annotations

import os

from app.accounts import hashes
from app.accounts.hashing_queue import in_turn

SALT_BYTES = 16


def new_salt() -> bytes:
    """For a set of secrets of one person: whoever shows one of them then costs one hash, and not one for each."""
    return os.urandom(SALT_BYTES)


def slow_hash(secret: str, salt: bytes) -> str:
    """argon2id at the cost of a password's, as text that says its salt and cost. Not in a transaction. Raises BUSY."""
    return _hashed(secret, salt=salt)


def slow_hash_like(stored: str, secret: str) -> str:
    """The hash of this secret with the salt and the cost of a stored one: the same text if it is that secret.

    Not in a transaction. Raises BUSY.
    """
    parsed = hashes.context("argon2").handler("argon2").from_string(stored)
    cost = {"memory_cost": parsed.memory_cost, "rounds": parsed.rounds, "parallelism": parsed.parallelism}
    return _hashed(secret, salt=parsed.salt, **cost)


@in_turn
def _hashed(secret: str, **how: object) -> str:
    return str(hashes.context("argon2").handler("argon2").using(**how).hash(secret))
