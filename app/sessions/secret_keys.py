"""Secrets as PyJWT takes them, without what it does each time that one is used.

It looks whether the secret may be a public key or JSON, which takes twice as long as an HMAC. Ours were looked at when
the settings were read (app/core/values.py).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

from jwt import PyJWK, PyJWS
from jwt.algorithms import HMACAlgorithm

from app.core.keyed import Secret

SECRET_ALGORITHM = "HS256"  # noqa: S105 (an algorithm)


class _Known(HMACAlgorithm):
    """For secrets of ours alone: no token chooses one of them, nor this algorithm."""

    def prepare_key(self, key: str | bytes) -> bytes:
        return key.encode() if isinstance(key, str) else key


_HMAC = _Known(HMACAlgorithm.SHA256)
_SIGNING = PyJWS(algorithms=[])
_SIGNING.register_algorithm(SECRET_ALGORITHM, _HMAC)


def verifying_key(secret: str) -> PyJWK:
    """What tokens that are signed with it are verified with."""
    key = PyJWK({"kty": "oct", "k": urlsafe_b64encode(secret.encode()).rstrip(b"=").decode()}, SECRET_ALGORITHM)
    key.Algorithm = _HMAC
    return key


def signed(claims: dict[str, Any], secret: Secret) -> str:
    """A token with these claims, byte for byte as ``jwt.encode`` makes it."""
    payload = json.dumps(claims, separators=(",", ":")).encode()
    return _SIGNING.encode(payload, secret.text, SECRET_ALGORITHM, {"kid": secret.kid})
