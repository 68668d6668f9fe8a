"""Being signed in: session rows, the tokens that name them, the cookies that carry those. Knows user ids only."""

from app.sessions.models import Session
from app.sessions.service import (
    ROTATE,
    Client,
    NewSession,
    Rotated,
    confirm,
    find_active,
    follow,
    list_active,
    prune,
    revoke,
    revoke_all,
)

__all__ = [
    "ROTATE",
    "Client",
    "NewSession",
    "Rotated",
    "Session",
    "confirm",
    "find_active",
    "follow",
    "list_active",
    "prune",
    "revoke",
    "revoke_all",
]
