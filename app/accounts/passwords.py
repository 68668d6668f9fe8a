"""Passwords: what is accepted, how it is stored, how it is checked.

Through passlib's API. argon2id with OWASP's first recommended cost, or ``bcrypt_sha256`` by setting; hashes
that were imported from elsewhere (plain bcrypt too) verify, and are replaced at the next sign-in.
"""

from __future__ import annotations

import functools
import secrets

from passlib.context import CryptContext
from passlib.exc import UnknownHashError

from app.core.errors import AppError
from app.core.settings import settings
from config import PasswordHash

MIN_LENGTH = 10
MAX_LENGTH = 128
BCRYPT_LIMIT_BYTES = 72
PLAIN_BCRYPT = ("$2a$", "$2b$", "$2y$")


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
def _nobodys_hash(scheme: PasswordHash) -> str:
    """A hash that no password opens, so that a check costs the same whether or not there is an account."""
    return str(context(scheme).hash(secrets.token_urlsafe(32)))


def check_acceptable(password: str, field: str = "password") -> None:
    """Refuse what is too short, too long or unstorable. Any Unicode counts, and counts as one character.

    No composition rules (NIST SP 800-63B-4 section 3.1.1.2). Raises AppError 422.
    """
    problem = None
    if len(password) < MIN_LENGTH:
        problem = f"Use at least {MIN_LENGTH} characters."
    elif len(password) > MAX_LENGTH:
        problem = f"Use at most {MAX_LENGTH} characters."
    elif "\0" in password or not _encodable(password):
        problem = "Contains characters that cannot be stored."
    if problem:
        raise AppError(422, "validation_failed", "Some fields are not right.", errors={field: [problem]})


def _encodable(password: str) -> bool:
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return True


def hash_password(password: str) -> str:
    """Slow on purpose (about 20 ms): never call it inside a transaction."""
    return str(context(settings().password_hash).hash(password))


def verify(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Is it the password? And, if its hash is out of date, a new hash to store.

    Without a stored hash (no account, or one without a password) it does the same work and says no.
    """
    chosen = context(settings().password_hash)
    if stored is None or len(password) > MAX_LENGTH or "\0" in password or not _encodable(password):
        # Nobody's, or never anybody's: something of the same cost is checked all the same.
        chosen.verify("", _nobodys_hash(settings().password_hash))
        return False, None
    try:
        if stored.startswith(PLAIN_BCRYPT):
            # Whoever made such a hash hashed the first 72 bytes; bcrypt itself refuses more.
            matches = chosen.verify(password.encode()[:BCRYPT_LIMIT_BYTES], stored)
            return matches, hash_password(password) if matches else None
        matches, replacement = chosen.verify_and_update(password, stored)
        return matches, replacement
    except (UnknownHashError, ValueError):
        # An imported hash that nothing here understands opens to nobody.
        chosen.verify("", _nobodys_hash(settings().password_hash))
        return False, None
