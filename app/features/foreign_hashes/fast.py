"""Hashes that are never read, by name: they are computed so fast that a stolen table gives its passwords away."""

from __future__ import annotations

import re

from app.accounts.hash_formats import Opens, Unreadable

NAMES = {
    r"[0-9a-f]{32}": "MD5 without a salt",
    r"[0-9a-f]{40}": "SHA-1 without a salt",
    r"[0-9a-f]{64}": "SHA-256 without a salt",
    r"[0-9a-f]{128}": "SHA-512 without a salt",
    r"(?:unsalted_)?md5\$.*": "Django's or Werkzeug's MD5",
    r"(?:unsalted_)?sha1\$.*": "Django's or Werkzeug's SHA-1",
    r"sha(?:224|256|384|512)\$.*": "Werkzeug's SHA-2",
    r"crypt\$.*": "crypt with DES",
    r"\$1\$.*": "crypt with MD5",
    r"\$[PH]\$.*": "phpass",
    r"\{S?(?:SHA|MD5)\}.*": "LDAP's SHA or MD5",
}
_KINDS = [(re.compile(shape, re.IGNORECASE | re.DOTALL), name) for shape, name in NAMES.items()]


def read(stored: str) -> Opens | None:
    """Raises Unreadable for these, and knows nothing of others."""
    for shape, name in _KINDS:
        if shape.fullmatch(stored):
            raise Unreadable(f"it is {name}, which is guessed too fast")
    return None
