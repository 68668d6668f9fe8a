"""FIREBASE_SIGNER_KEYS: what the hashes of Firebase do not say themselves."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.values import each_is, items
from app.features.foreign_hashes.encodings import base64
from config import ConfigError, Declared, setting

MIN_KEY_BYTES = 16
"""The keys of real projects have 64."""


def check_key(variable: str, key: str) -> None:
    try:
        is_key = len(base64(key)) >= MIN_KEY_BYTES
    except ValueError:
        is_key = False
    if not is_key:
        raise ConfigError(f"{variable} must hold signer keys as the Firebase console shows them, in base64.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Whose hashes are read."""

    signer_keys: tuple[str, ...] = setting(
        "FIREBASE_SIGNER_KEYS", items, heading="Hashes from elsewhere", check=each_is(check_key), private=True
    )
    """The "base64_signer_key" of each Firebase project that people were imported from, separated by commas
    (docs/hashes-from-elsewhere.md). Without it no hash of Firebase can be read."""
