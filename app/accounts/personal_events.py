"""What happens to all that is held of somebody at once, as ``core.events`` tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.events import Event


class PersonalDataExported(Event):
    """Somebody was given all that is held of them. Whoever has got into an account would want that, too."""


@dataclass(frozen=True, kw_only=True)
class UsersImported(Event):
    """So many accounts came from another system at once. It is told of each batch, and not of each account."""

    source: str
    count: int
    roles: Mapping[str, int]
    """How many of them came with which role."""


@dataclass(frozen=True, kw_only=True)
class ErasureBegun(Event):
    """The account will be deleted at ``erase_at``, by its owner's wish, unless somebody signs in to it before."""

    erase_at: dt.datetime


class ErasureStopped(Event):
    """It stays: somebody has signed in, or taken the account back."""
