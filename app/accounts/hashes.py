"""Hashes: how a password is stored, and how it is checked.

Through passlib's API. argon2id with OWASP's first recommended cost, or ``bcrypt_sha256`` by setting; hashes
that were imported from elsewhere (plain bcrypt too, and whatever ``add_hash_format`` was told) verify, and are replaced
at the next sign-in.

What is hashed is a password's NFKC form. Hashes from before, and those of others, are of what was sent; so that is
tried too.
"""

from __future__ import annotations

import functools
import hmac
import re
import secrets
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from passlib.context import CryptContext

from app.accounts.hash_formats import DAMAGED, MAX_MEMORY, OUT_OF_RANGE, Opens, Unreadable, read_foreign
from app.accounts.hashing_queue import in_turn
from app.accounts.passwords import MAX_LENGTH, is_storable, normalize
from app.core.config import PasswordHash
from app.core.settings import settings

BCRYPT_LIMIT_BYTES = 72
PLAIN_BCRYPT = ("$2a$", "$2b$", "$2y$")
BROKEN_BCRYPT = ("$2$", "$2x$")
"""Two versions that hashed other bytes than those of the password."""
OWN = ("$argon2", "$bcrypt-sha256$", *PLAIN_BCRYPT)
MAX_STORED = 255
"""What the column holds."""
MAX_BCRYPT_COST = 14
MAX_ARGON2_LANES = 16
MAX_ARGON2_PASSES = 100
MAX_ARGON2_WORK = 3 * MAX_MEMORY
"""Bytes that are written, over all passes: two seconds' worth."""
_ARGON2 = re.compile(r"(\$argon2(?:id|i|d)\$(?:v=\d+\$)?)([mtp]=\d+,[mtp]=\d+,[mtp]=\d+)(\$[^$]+\$[^$]+)", re.ASCII)
_ARGON2_WITH_DATA = re.compile(r"[$,](?:data|keyid)=")


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


@in_turn
def hash_password(password: str) -> str:
    """Slow on purpose (about 20 ms): never call it inside a transaction. Raises BUSY."""
    return _hashed(password)


def _hashed(password: str) -> str:
    return str(context(settings().password_hash).hash(normalize(password)))


def is_readable(stored: str) -> bool:
    """Can the right password open this hash? For imports: whoever has one that is not readable cannot sign in."""
    return why_unreadable(stored) is None


def why_unreadable(stored: str | None) -> str | None:
    """What is wrong with this hash, in words that tell nothing of it; None for one that the right password opens.

    Where there is none, the dummy hash is read: that takes as long.
    """
    try:
        read(stored if stored is not None else _dummy_hash(settings().password_hash))
    except Unreadable as why:
        return str(why)
    return None


def read(stored: str) -> Opens:
    """What tells whether a password is that of this hash. Raises Unreadable."""
    if len(stored) > MAX_STORED:
        raise Unreadable(f"it is longer than {MAX_STORED} characters")
    if stored.startswith(OWN):
        return _read_own(stored)
    if stored.startswith(BROKEN_BCRYPT):
        raise Unreadable("it is of a version of bcrypt that had faults ($2$, $2x$)")
    return read_foreign(stored)


def _read_own(stored: str) -> Opens:
    chosen = context(settings().password_hash)
    ordered = _in_order(stored)
    try:
        parsed = chosen.identify(ordered, resolve=True, required=True).from_string(ordered)
    except (ValueError, TypeError):  # TypeError: no base64
        raise Unreadable(DAMAGED) from None
    if parsed.checksum is None:
        raise Unreadable(DAMAGED)
    if not _is_affordable(parsed):
        raise Unreadable(OUT_OF_RANGE)
    is_own_kind = parsed.name == "argon2" and (parsed.type, parsed.version, parsed.parallelism) == ("id", 19, 1)
    if is_own_kind and _openssl_has_argon2id():
        return argon2id_of(parsed)
    # Whoever made a plain bcrypt hash hashed the first 72 bytes; bcrypt itself refuses more.
    limit = BCRYPT_LIMIT_BYTES if ordered.startswith(PLAIN_BCRYPT) else None
    return lambda password: bool(chosen.verify(password.encode()[:limit] if limit else password, ordered))


@functools.cache
def _openssl_has_argon2id() -> bool:
    """From 3.2 on, and where no rule of the operator's forbids it."""
    try:
        Argon2id(salt=bytes(8), length=4, iterations=1, lanes=1, memory_cost=8)
    except UnsupportedAlgorithm:
        return False
    return True


def argon2id_of(parsed: Any) -> Opens:
    """What tells whether a password is that of this hash, which passlib has read.

    By OpenSSL, which takes a tenth less time for it than passlib's backend does (docs/decisions/0029).
    """

    def opens(password: str) -> bool:
        kdf = Argon2id(
            salt=parsed.salt,
            length=len(parsed.checksum),
            iterations=parsed.rounds,
            lanes=1,
            memory_cost=parsed.memory_cost,
        )
        return hmac.compare_digest(kdf.derive(password.encode()), parsed.checksum)

    return opens


def _is_affordable(parsed: Any) -> bool:
    if parsed.name != "argon2":
        return bool(parsed.rounds <= MAX_BCRYPT_COST)
    memory = parsed.memory_cost * 1024
    # Each pass starts threads for each lane, however little memory they have.
    has_few_threads = parsed.parallelism <= MAX_ARGON2_LANES and parsed.rounds <= MAX_ARGON2_PASSES
    return bool(has_few_threads and memory <= MAX_MEMORY and memory * parsed.rounds <= MAX_ARGON2_WORK)


def _in_order(stored: str) -> str:
    """The hash as passlib reads it. Programs write the parameters of argon2 in different orders (the npm package:
    m, p, t); passlib reads m, t, p. Raises Unreadable.
    """
    if not stored.startswith("$argon2"):
        return stored
    argon2 = _ARGON2.fullmatch(stored)
    if argon2 is None:
        raise Unreadable("it was made with associated data, or a key" if _ARGON2_WITH_DATA.search(stored) else DAMAGED)
    parameters = sorted(argon2[2].split(","), key=lambda parameter: "mtp".index(parameter[0]))
    return argon2[1] + ",".join(parameters) + argon2[3]


@in_turn
def verify(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Is it the password? And, if its hash is out of date, a new hash to store.

    Without a stored hash that can be read (no account, or one without a password) the dummy hash is verified, and the
    answer is no. Each verifies once, or twice for a password that differs from its NFKC form. Raises BUSY.
    """
    forms = tuple(dict.fromkeys((normalize(password), password)))
    possible = min(map(len, forms)) <= MAX_LENGTH and is_storable(password)
    dummy = read(_dummy_hash(settings().password_hash))  # by everybody, so that reading takes no time that tells
    opens = _read(stored) if stored is not None and possible else None
    for form in forms:
        if _opens(form, opens, dummy):
            is_current = form == forms[0] and stored is not None and not _is_out_of_date(stored)
            return True, None if is_current else _hashed(password)
    return False, None


def _read(stored: str) -> Opens | None:
    try:
        return read(stored)
    except Unreadable:
        return None


def _opens(password: str, opens: Opens | None, dummy: Opens) -> bool:
    """Verify one hash; for None the dummy hash, which costs the same as our own."""
    if opens is not None:
        try:
            return opens(password)
        except ValueError:
            pass  # the library below finds its parameters impossible: no password opens it
    dummy("")
    return False


def _is_out_of_date(stored: str) -> bool:
    """Is it anything but what ``hash_password`` makes today?"""
    if not stored.startswith(OWN) or stored.startswith(PLAIN_BCRYPT) or _in_order(stored) != stored:
        return True
    return bool(context(settings().password_hash).needs_update(stored))
