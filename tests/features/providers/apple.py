"""What switches on Apple, the one provider that answers with a form of its own page."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


@cache
def apple() -> dict[str, str]:
    """The variables, with a key of the kind that Apple hands out."""
    key = ec.generate_private_key(ec.SECP256R1())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
    return {
        "SOCIAL_APPLE_CLIENT": "com.example.app",
        "SOCIAL_APPLE_TEAM": "TEAM",
        "SOCIAL_APPLE_KEY": "KEY",
        "SOCIAL_APPLE_SECRET": pem,
        "SOCIAL_APPLE_SCOPE": "name,email",
    }
