"""What happens to accounts by those alone who manage users, as ``core.events`` tells it."""

from __future__ import annotations

from app.core.events import Event


class EmailUnverified(Event):
    """Somebody who manages users has taken back that the address counts as theirs."""
