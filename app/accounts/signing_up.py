"""Registering by people themselves, whom gates may refuse."""

from __future__ import annotations

from app.accounts.gates import Claimed, ask_gates
from app.accounts.hashing_queue import require_place
from app.accounts.models import User
from app.accounts.service import register
from app.core.refusals import BUSY


def sign_up(email: str, password: str, name: str | None = None) -> User:
    """``register``, by somebody who came by themselves. Raises as that does, and whatever a gate raises.

    What is refused counts as well, as it says which addresses are taken; but not where we were too busy to say.
    """
    require_place()
    passage = ask_gates(Claimed(way="register", what="registration"))
    try:
        return register(email, password, name)
    except BUSY:
        passage.unjudged()
        raise
