"""What happens to all that is held of somebody at once, as ``core.events`` tells it."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonalDataExported(Event):
    """Somebody was given all that is held of them. Whoever has got into an account would want that, too."""


@dataclass(frozen=True, kw_only=True)
class UsersImported(Event):
    """So many accounts came from another system at once. It is told of each batch, and not of each account."""

    source: str
    count: int
