"""What happens to invitations, as ``core.events`` tells it. ``context`` says who did it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class InvitationMade(Event):
    """Somebody is invited to an account with this role. There is none yet: ``user_id`` is None."""

    invitation_id: uuid.UUID
    role: str
    expires_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event):
    """It is good no more: somebody took it back, or invited the same address anew. ``user_id`` is None."""

    invitation_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class InvitationSentAgain(Event):
    """Another link to it was mailed, which voids the one before. ``user_id`` is None."""

    invitation_id: uuid.UUID
    role: str
    expires_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    """``user_id`` is the account that came of it, or had it already."""

    invitation_id: uuid.UUID
    role: str
