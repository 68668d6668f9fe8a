"""The keyed hashes under which secrets are kept: a copy of the database alone finds none of them by trying."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.core import keyed

_LABEL = b"flaskport one-time secrets"


def digest(*parts: str) -> str:
    """What to keep: HMAC-SHA-256 (RFC 2104), as 64 hexadecimal digits. The parts cannot run into each other."""
    return digests(*parts)[0]


def digests(*parts: str) -> tuple[str, ...]:
    """What may be kept: also what an older JWT_SECRET made of it, so that what was given out stays good."""
    return tuple(mac.hex() for mac in keyed.macs(_LABEL, _joined(parts)))


def finds(column: InstrumentedAttribute[Any], *parts: str) -> sa.ColumnElement[bool]:
    """The condition for the rows in which any of them is kept."""
    return keyed.finds(column, digests(*parts))


def fits(kept: str, *parts: str) -> bool:
    """Is it one of them?"""
    return keyed.is_one_of(kept, digests(*parts))


def plain(*parts: str) -> str:
    """Without a key, for what is no secret and has to be the same whatever the keys are."""
    return hashlib.sha256(_joined(("flaskport", *parts))).hexdigest()


def _joined(parts: tuple[str, ...]) -> bytes:
    return "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
