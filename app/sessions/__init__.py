"""Being signed in: session rows, the tokens that name them, the cookies that carry those. Knows user ids only."""

from app.sessions.models import Session
from app.sessions.service import (
    Client,
    NewSession,
    confirm,
    find_active,
    list_active,
    prune,
    revoke,
    revoke_all,
    rotate,
)

__all__ = [
    "Client",
    "NewSession",
    "Session",
    "confirm",
    "find_active",
    "list_active",
    "prune",
    "revoke",
    "revoke_all",
    "rotate",
]
