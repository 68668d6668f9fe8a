"""What happens to the trail itself, as ``core.events`` tells it: nobody's account, and the actor is who ran it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AuditPruned(Event):
    """Rows from before a moment are gone. ``broken``: what was wrong with them, which nobody can look at any more."""

    rows: int
    before: dt.datetime
    broken: int


@dataclass(frozen=True, kw_only=True)
class AuditAnchored(Event):
    """How far each chain had come: its last place and signature. What is cut off its end later, is missed by this."""

    heads: Mapping[str, tuple[int, str]]
