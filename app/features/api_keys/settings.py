"""What API keys are told."""

from __future__ import annotations

from dataclasses import dataclass

from config import Declared, boolean, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """What ends a key."""

    end_with_reset: bool = setting("API_KEYS_END_WITH_RESET", boolean, "true", heading="API keys")
    """Whether a person's API keys end when they reset a forgotten password. Somebody else may have known the old one,
    and made a key with it; false keeps programs running that have nothing to do with it."""
