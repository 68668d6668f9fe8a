"""What is told about impersonation."""

from __future__ import annotations

from dataclasses import dataclass

from config import Declared, Whole, boolean, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Whether it is on, and for how long it lasts."""

    enabled: bool = setting("IMPERSONATION", boolean, "false", heading="Impersonation")
    """true: whoever has the permission users:impersonate, as admins do, may act for somebody who may do less, after
    their second factor and with a reason. Credentials stay closed to them."""
    minutes: int = setting("IMPERSONATION_MINUTES", Whole(1, 480), "30")
    """How long it lasts at most, and unless less is asked for. Nothing extends it."""
    notice: bool = setting("IMPERSONATION_NOTICE", boolean, "true")
    """true: the person is mailed that it began, and why, where mails can be sent. Their list of devices shows it
    in any case."""
