"""What happens to impersonations, as ``core.events`` tells it. ``user_id`` is who is acted for, ``context.actor`` who
acts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from app.core.events import TYPED, Event


@dataclass(frozen=True, kw_only=True)
class ImpersonationBegan(Event):
    """Somebody acts for this person from now on, in that session, until then at most."""

    impersonation_id: uuid.UUID
    session_id: uuid.UUID
    until: dt.datetime
    reason: str = field(metadata=TYPED)


@dataclass(frozen=True, kw_only=True)
class ImpersonationEnded(Event):
    """They do no more, before that time: they ended it (``ended``), or may not any more (``void``).

    Where no guard knows who has ended it, the actor is whoever acted.
    """

    impersonation_id: uuid.UUID
    session_id: uuid.UUID
    why: str


@dataclass(frozen=True, kw_only=True)
class ImpersonationLeft(Event):
    """A browser came back by what it had kept. ``user_id`` is whoever acted, ``session_id`` their own session.

    Each time is told, also a second click.
    """

    impersonation_id: uuid.UUID
    session_id: uuid.UUID
