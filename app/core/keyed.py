"""What hangs on JWT_SECRET and JWT_REFRESH_SECRET: each may be several, the newest first. That one makes, all verify.

Whatever is derived of a secret is derived here, so that no part forgets the older ones (docs/secrets.md).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.core.settings import settings
from app.core.values import secrets_in


@dataclass(frozen=True, slots=True)
class Secret:
    """One of them. ``kid`` says which, in the heads of tokens and in the log: an HMAC, which tells nothing of it."""

    text: str = field(repr=False)
    kid: str

    @classmethod
    def of(cls, text: str) -> Secret:
        return cls(text, _mac(text.encode(), b"flaskport key id")[:6].hex())


@lru_cache(maxsize=16)
def listed(written: str) -> tuple[Secret, ...]:
    """The secrets of a setting as it is written, the newest first."""
    return tuple(map(Secret.of, secrets_in(written)))


def macs(label: bytes, text: str | bytes) -> tuple[bytes, ...]:
    """HMAC-SHA-256 (RFC 2104) of the text under each secret of JWT_SECRET, the newest first.

    ``label`` says what for: the keys of two labels tell nothing of each other.
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return tuple(_mac(key, data) for key in keys(label))


def keys(label: bytes) -> tuple[bytes, ...]:
    """A key of 32 bytes for this purpose from each secret, the newest first."""
    return keys_from(settings().jwt_secret, label)


@lru_cache(maxsize=64)
def keys_from(written: str, label: bytes) -> tuple[bytes, ...]:
    """The same while the app is being built."""
    return tuple(_mac(secret.text.encode(), label) for secret in listed(written))


def is_one_of(found: bytes | str, good: tuple[bytes, ...] | tuple[str, ...]) -> bool:
    """Each is compared in constant time. What a stranger sends may be any text."""
    return any(hmac.compare_digest(_bytes(found), _bytes(each)) for each in good)


def finds(column: InstrumentedAttribute[Any], good: tuple[str, ...]) -> sa.ColumnElement[bool]:
    """The condition by which a row is found that was stored under any of the secrets."""
    return column == good[0] if len(good) == 1 else column.in_(good)


def _bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")
