"""Registering by people themselves, whom gates may refuse."""

from __future__ import annotations

from app.accounts.gates import Claimed, ask_gates
from app.accounts.hashing_queue import require_place
from app.accounts.models import User
from app.accounts.service import register
from app.core.refusals import BUSY, VALIDATION_FAILED


def sign_up(email: str, password: str, name: str | None = None) -> User:
    """``register``, by somebody who came by themselves. Raises as that does, and whatever a gate raises.

    A refused address counts as well, as it says that there is an account. What says nothing of that does not count.
    """
    require_place()
    passage = ask_gates(Claimed(way="register", what="registration"))
    try:
        return register(email, password, name)
    except (BUSY, VALIDATION_FAILED):
        passage.unjudged()
        raise
