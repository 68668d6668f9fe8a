"""How many notices somebody may get."""

from __future__ import annotations

from dataclasses import dataclass

from config import Declared, Whole, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """A bound for whoever is in an account and wants to bury one mail under many."""

    per_hour: int = setting("NOTICES_PER_HOUR", Whole(2, 10_000), "10", heading="Notices")
    """How many mails of one kind about the safety of one account are sent in an hour; half of them at once."""
