"""The keyed hashes under which secrets are kept: a copy of the database alone finds none of them by trying."""

from __future__ import annotations

import hmac
from functools import lru_cache

from app.core.settings import settings


def digest(*parts: str) -> str:
    """HMAC-SHA-256 (RFC 2104), as 64 hexadecimal digits. The parts cannot run into each other."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.digest(_key(settings().jwt_secret), text.encode("utf-8", "surrogatepass"), "sha256").hex()


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"flaskport one-time secrets", "sha256")
