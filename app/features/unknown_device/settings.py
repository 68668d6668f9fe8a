"""Whether a password is enough on a device that was never seen."""

from __future__ import annotations

from dataclasses import dataclass

from config import Declared, boolean, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Whether it is on."""

    asks: bool = setting("UNKNOWN_DEVICE_CODE", boolean, "false", heading="Unknown devices")
    """true: whoever signs in with a password alone, in a browser and from a network that the account was never signed
    in with, is mailed a code, and types it. Needs MAIL_URL."""
