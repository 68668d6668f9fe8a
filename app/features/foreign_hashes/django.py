"""argon2 and bcrypt as Django writes them: with a word before them."""

from __future__ import annotations

import hashlib

from app.accounts import hashes
from app.accounts.hash_formats import DAMAGED, Opens, Unreadable


def read(stored: str) -> Opens | None:
    """``argon2$argon2id$…``, ``bcrypt$$2b$…``, ``bcrypt_sha256$$2b$…``: bcrypt of the SHA-256 in hexadecimal."""
    word, dollar, rest = stored.partition("$")
    if not dollar or word not in {"argon2", "bcrypt", "bcrypt_sha256"}:
        return None
    inner = f"${rest}" if word == "argon2" else rest
    if not inner.startswith("$argon2" if word == "argon2" else hashes.PLAIN_BCRYPT):
        raise Unreadable(DAMAGED)
    opens = hashes.read(inner)
    if word == "bcrypt_sha256":
        return lambda password: opens(hashlib.sha256(password.encode()).hexdigest())
    return opens
