"""scrypt as passlib, Django and Werkzeug write it."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import NamedTuple

from app.accounts.hash_formats import DAMAGED, MAX_MEMORY, OUT_OF_RANGE, Opens, Unreadable
from app.features.foreign_hashes.encodings import base64

MAX_BLOCK_SIZE = 64
MAX_PARALLELISM = 16
ROOM = 1024 * 1024
"""What OpenSSL takes beside the blocks, with these limits."""


class Cost(NamedTuple):
    """RFC 7914: N, which is a power of two, the block size and the parallelization."""

    n: int
    r: int
    p: int

    def check(self) -> None:
        """Raises Unreadable."""
        is_valid = self.n > 1 and self.n.bit_count() == 1 and 1 <= self.r <= MAX_BLOCK_SIZE
        is_valid = is_valid and 1 <= self.p <= MAX_PARALLELISM
        if not is_valid or 128 * self.n * self.r * self.p > MAX_MEMORY:
            raise Unreadable(OUT_OF_RANGE)

    def derive(self, password: str, salt: bytes, length: int) -> bytes:
        return hashlib.scrypt(
            password.encode(), salt=salt, n=self.n, r=self.r, p=self.p, dklen=length, maxmem=MAX_MEMORY + ROOM
        )


class Writing(NamedTuple):
    """How one system writes it: what such a hash begins with, its whole shape, what salt and key stand in, and how
    many bytes the key has.
    """

    begins: str
    shape: re.Pattern[str]
    salt: Callable[[str], bytes]
    key: Callable[[str], bytes]
    key_bytes: int


PASSLIB = r"\$scrypt\$ln=(?P<log>\d{1,2}),r=(?P<r>\d{1,9}),p=(?P<p>\d{1,9})\$(?P<salt>[^$]*)\$(?P<key>[^$]+)"
DJANGO = r"scrypt\$(?P<n>\d{1,19})\$(?P<salt>[^$]+)\$(?P<r>\d{1,9})\$(?P<p>\d{1,9})\$(?P<key>[^$]+)"
WERKZEUG = r"scrypt:(?P<n>\d{1,19}):(?P<r>\d{1,9}):(?P<p>\d{1,9})\$(?P<salt>[^$]+)\$(?P<key>[^$]+)"
WRITINGS = (
    Writing("$scrypt$", re.compile(PASSLIB, re.ASCII), base64, base64, 32),
    Writing("scrypt$", re.compile(DJANGO, re.ASCII), str.encode, base64, 64),
    Writing("scrypt:", re.compile(WERKZEUG, re.ASCII), str.encode, bytes.fromhex, 64),
)


def read(stored: str) -> Opens | None:
    for writing in WRITINGS:
        if stored.startswith(writing.begins):
            return _read(stored, writing)
    return None


def _read(stored: str, writing: Writing) -> Opens:
    found = writing.shape.fullmatch(stored)
    if found is None:
        raise Unreadable(DAMAGED)
    parts = found.groupdict()
    n = int(parts["n"]) if "n" in parts else 2 ** int(parts["log"])
    cost = Cost(n, int(parts["r"]), int(parts["p"]))
    cost.check()
    try:
        salt, key = writing.salt(parts["salt"]), writing.key(parts["key"])
    except ValueError:
        raise Unreadable(DAMAGED) from None
    if len(key) != writing.key_bytes:
        raise Unreadable(DAMAGED)
    return lambda password: hmac.compare_digest(cost.derive(password, salt, len(key)), key)
