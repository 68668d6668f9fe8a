"""What accounts are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from config import Declared, Whole, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """How somebody leaves."""

    erasure_grace: timedelta = setting("ERASURE_GRACE_DAYS", Whole(0, 30, "days"), "7", heading="Deleting an account")
    """How long somebody who deletes their account can still stop that, by signing in. 0: it is deleted at once, by
    whoever has the session and the password. docs/personal-data.md"""
