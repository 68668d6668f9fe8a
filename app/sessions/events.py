"""What happens to sessions, as ``core.events`` tells it. ``user_id`` is whose they are, ``context`` who did it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """A session ended before its time: for the ``reason`` that its row keeps (``signed_out``, …), ``by`` whom."""

    session_id: uuid.UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class RefreshTokenReused(Event):
    """A refresh token came that was replaced long ago: somebody has a copy, so the session ends.

    Whoever brought it may be the owner or the thief: the actor is not known. Of a session in which somebody acts for
    the owner it is whoever acts, who has lost it.
    """

    session_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class SigningKeyMade(Event):
    """There is a key more in the database that access tokens are signed with: ``kid``, as their heads name it.

    Keys in files are whoever's who can write the folder. Nothing is told of those.
    """

    kid: str
    algorithm: str


@dataclass(frozen=True, kw_only=True)
class SigningKeyDeleted(Event):
    """It is gone, and what it signed with it: it had leaked, or nobody can hold a token of it any more."""

    kid: str
