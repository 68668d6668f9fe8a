"""What happens to all that is held of somebody at once, as ``core.events`` tells it."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonalDataExported(Event):
    """Somebody was given all that is held of them. Whoever has got into an account would want that, too."""
