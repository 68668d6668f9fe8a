"""What the verification of addresses is told."""

from __future__ import annotations

from dataclasses import dataclass

from config import Declared, boolean, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Whether people have to verify their address."""

    required: bool = setting("REQUIRE_VERIFIED_EMAIL", boolean, "false", heading="Verification of addresses")
    """Nobody signs in before they have shown that they read the account's address, and registration does not tell
    whether an address has an account. Needs MAIL_URL."""
