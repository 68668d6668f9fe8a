"""What the judges of new passwords are told."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.values import items
from app.passport.addresses import is_acceptable
from config import ConfigError, Declared, boolean, setting

HIBP = "https://api.pwnedpasswords.com"


def service(variable: str, url: str) -> str:
    """The address that ``/range/…`` is put behind."""
    if not is_acceptable(url) or "?" in url or "#" in url:
        raise ConfigError(f"{variable} is {url!r}; it must be an https:// address (http:// on this machine only).")
    return url.rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Which words make no password, and whether leaks are asked for over the network."""

    words: tuple[str, ...] = setting("PASSWORD_WORDS", items, heading="New passwords")
    """Words that make no password, beside the brand and the person's name and address: names of products, projects and
    departments, with commas."""
    hibp: bool = setting("PASSWORD_HIBP", boolean, "false")
    """true asks Have I Been Pwned for leaked passwords: it gets the first five digits of a new password's SHA-1."""
    hibp_url: str = setting("PASSWORD_HIBP_URL", service, HIBP)
    """Where that service is, for those with a copy of it (docs/passwords.md)."""
