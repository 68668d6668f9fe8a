"""What is told about trusted devices."""

from __future__ import annotations

from dataclasses import dataclass

from config import Declared, Whole, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """How long a browser is trusted."""

    days: int = setting("TRUSTED_DEVICE_DAYS", Whole(0, 365), "30", heading="Trusted devices")
    """For how many days no second factor is asked for in a browser of which somebody has said so. 0: it is asked for
    at each sign-in."""
