"""Hashes: how a password is stored, and how it is checked.

Through passlib's API. argon2id with OWASP's first recommended cost, or ``bcrypt_sha256`` by setting; hashes
that were imported from elsewhere (plain bcrypt too) verify, and are replaced at the next sign-in.

What is hashed is a password's NFKC form. Hashes from before, and those of others, are of what was sent; so that is
tried too.
"""

from __future__ import annotations

import functools
import re
import secrets

from passlib.context import CryptContext

from app.accounts.passwords import MAX_LENGTH, is_storable, normalize
from app.core.config import PasswordHash
from app.core.settings import settings

BCRYPT_LIMIT_BYTES = 72
PLAIN_BCRYPT = ("$2a$", "$2b$", "$2y$")
_ARGON2 = re.compile(r"(\$argon2(?:id|i|d)\$(?:v=\d+\$)?)([mtp]=\d+,[mtp]=\d+,[mtp]=\d+)(\$[^$]+\$[^$]+)", re.ASCII)


@functools.cache
def context(scheme: PasswordHash) -> CryptContext:
    """OWASP password storage cheat sheet: argon2id m=19456 KiB, t=2, p=1; bcrypt at cost 12."""
    return CryptContext(
        schemes=["argon2", "bcrypt_sha256", "bcrypt"],
        default=scheme,
        deprecated=["auto"],
        argon2__type="ID",
        argon2__memory_cost=19456,
        argon2__time_cost=2,
        argon2__parallelism=1,
        bcrypt_sha256__rounds=12,
    )


@functools.cache
def _dummy_hash(scheme: PasswordHash) -> str:
    """The dummy hash: verified where there is no account, so that the answer takes as long as for a wrong password."""
    return str(context(scheme).hash(secrets.token_urlsafe(32)))


def hash_password(password: str) -> str:
    """Slow on purpose (about 20 ms): never call it inside a transaction."""
    return str(context(settings().password_hash).hash(normalize(password)))


def is_readable(stored: str) -> bool:
    """Can the right password open this hash? For imports: whoever has one that is not readable cannot sign in."""
    return _read(stored) is not None


def _read(stored: str) -> str | None:
    """The hash as passlib reads it, or None where nothing here understands it.

    Programs write the parameters of argon2 in different orders (the npm package: m, p, t); passlib reads m, t, p.
    """
    argon2 = _ARGON2.fullmatch(stored)
    if argon2:
        stored = (
            argon2[1]
            + ",".join(sorted(argon2[2].split(","), key=lambda parameter: "mtp".index(parameter[0])))
            + argon2[3]
        )
    elif stored.startswith("$argon2"):
        return None
    try:
        handler = context(settings().password_hash).identify(stored, resolve=True, required=True)
        return stored if handler.from_string(stored).checksum is not None else None
    except (ValueError, TypeError):  # TypeError: no base64
        return None


def verify(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Is it the password? And, if its hash is out of date, a new hash to store.

    Without a stored hash that can be read (no account, or one without a password) the dummy hash is verified, and the
    answer is no. Each verifies once, or twice for a password that differs from its NFKC form.
    """
    forms = tuple(dict.fromkeys((normalize(password), password)))
    possible = min(map(len, forms)) <= MAX_LENGTH and is_storable(password)
    readable = _read(stored) if stored is not None and possible else None
    for form in forms:
        if _opens(form, readable):
            is_current = readable == stored and form == forms[0] and not _is_out_of_date(stored or "")
            return True, None if is_current else hash_password(password)
    return False, None


def _opens(password: str, stored: str | None) -> bool:
    """Verify one hash; for None the dummy hash, which costs the same."""
    chosen = context(settings().password_hash)
    if stored is not None:
        # Whoever made a plain bcrypt hash hashed the first 72 bytes; bcrypt itself refuses more.
        secret = password.encode()[:BCRYPT_LIMIT_BYTES] if stored.startswith(PLAIN_BCRYPT) else password
        try:
            return bool(chosen.verify(secret, stored))
        except ValueError:
            pass  # its parameters are out of range: no password opens it
    chosen.verify("", _dummy_hash(settings().password_hash))
    return False


def _is_out_of_date(stored: str) -> bool:
    return stored.startswith(PLAIN_BCRYPT) or bool(context(settings().password_hash).needs_update(stored))
