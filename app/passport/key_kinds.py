"""Which keys go with an algorithm of tokens."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

MIN_RSA_BITS = 2048


def fits(key: object, algorithm: str) -> bool:
    """Is it a public key for this algorithm? RSA below 2048 bits is for none (RFC 7518 section 3.3)."""
    if algorithm in {"RS256", "PS256"}:
        return isinstance(key, RSAPublicKey) and key.key_size >= MIN_RSA_BITS
    if algorithm == "ES256":
        return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    return algorithm == "EdDSA" and isinstance(key, Ed25519PublicKey)
