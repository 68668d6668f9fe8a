"""The ways in which salts and keys are written. Each raises ValueError for what is not of it."""

from __future__ import annotations

from base64 import b64decode


def base64(text: str) -> bytes:
    """As RFC 4648 has it, or its alphabet for URLs; the padding may be missing."""
    stripped = text.rstrip("=")
    return b64decode(stripped.replace("-", "+").replace("_", "/") + "=" * (-len(stripped) % 4), validate=True)


def passlib_base64(text: str) -> bytes:
    """passlib writes a dot for the plus, in its hashes by PBKDF2."""
    return base64(text.replace(".", "+"))
