"""PBKDF2 as passlib, Django and Werkzeug write it."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import NamedTuple

from app.accounts.hash_formats import DAMAGED, OUT_OF_RANGE, UNKNOWN, Opens, Unreadable
from app.features.foreign_hashes.encodings import base64, passlib_base64

MAX_ROUNDS = 2_000_000
"""One or two seconds of a core. Django 6.0 takes 1,200,000."""
KEY_BYTES = {"sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


class Writing(NamedTuple):
    """How one system writes it: what such a hash begins with, its whole shape, and what salt and key stand in."""

    begins: str
    shape: re.Pattern[str]
    salt: Callable[[str], bytes]
    key: Callable[[str], bytes]


PASSLIB = r"\$pbkdf2(?:-(?P<digest>\w+))?\$(?P<rounds>\d{1,10})\$(?P<salt>[^$]+)\$(?P<key>[^$]+)"
DJANGO = r"pbkdf2_(?P<digest>\w+)\$(?P<rounds>\d{1,10})\$(?P<salt>[^$]+)\$(?P<key>[^$]+)"
WERKZEUG = r"pbkdf2:(?P<digest>\w+):(?P<rounds>\d{1,10})\$(?P<salt>[^$]+)\$(?P<key>[^$]+)"
WRITINGS = (
    Writing("$pbkdf2", re.compile(PASSLIB, re.ASCII), passlib_base64, passlib_base64),
    Writing("pbkdf2_", re.compile(DJANGO, re.ASCII), str.encode, base64),
    Writing("pbkdf2:", re.compile(WERKZEUG, re.ASCII), str.encode, bytes.fromhex),
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
    digest, rounds = found["digest"] or "sha1", int(found["rounds"])
    if digest not in KEY_BYTES:
        raise Unreadable(UNKNOWN)
    if not 1 <= rounds <= MAX_ROUNDS:
        raise Unreadable(OUT_OF_RANGE)
    try:
        salt, key = writing.salt(found["salt"]), writing.key(found["key"])
    except ValueError:
        raise Unreadable(DAMAGED) from None
    if len(key) != KEY_BYTES[digest]:
        raise Unreadable(DAMAGED)
    return lambda password: hmac.compare_digest(hashlib.pbkdf2_hmac(digest, password.encode(), salt, rounds), key)
