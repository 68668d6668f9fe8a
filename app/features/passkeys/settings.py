"""What passkeys are told."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.values import HOST_NAME
from config import ConfigError, Declared, boolean, setting


def domain(variable: str, text: str) -> str | None:
    if text and (text.startswith(".") or not HOST_NAME.fullmatch(text)):
        raise ConfigError(f"{variable} is {text!r}; it must be one domain in lower case: example.com")
    return text or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Whose passkeys they are, and when one is asked for."""

    rp_id: str | None = setting("PASSKEY_RP_ID", domain, heading="Passkeys")
    """The domain that passkeys belong to: the host of PUBLIC_URL, or a domain above it that you own. Empty: that host.
    Passkeys made for one are good for no other: decide it before anybody makes one."""
    asked_for: bool = setting("PASSKEYS_ASKED_FOR", boolean, "false")
    """true: whoever has a passkey shows it after a password, too. false: a passkey is one way in beside the others, and
    asked for as a second factor only of whoever has another one of those."""
