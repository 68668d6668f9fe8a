"""Before a proof is judged: gates, which may refuse whoever claims to be somebody. Limits and lockouts stand here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, current_app

from app.sessions import Client, this_client

EXTENSION = "flaskport.gates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What somebody claims who has proved nothing yet.

    ``way`` is the strategy that will judge the proof, or "confirm" where somebody who is signed in proves once more who
    they are. Either an address is claimed, ``email`` in its normalised form (None for a text that is no address), or
    an account that is known already, ``user_id``.
    """

    way: str
    email: str | None = None
    user_id: uuid.UUID | None = None
    client: Client = field(default_factory=this_client)


Gate = Callable[[Claimed], None]
"""Raises to refuse, as a check does. It must take the same for an address with an account and for one without."""


def add_gate(app: Flask, gate: Gate) -> None:
    """Ask the gate before every proof that somebody could guess, whichever way it comes, and before any hash."""
    app.extensions.setdefault(EXTENSION, []).append(gate)


def ask_gates(claimed: Claimed) -> None:
    """Raises whatever a gate raises."""
    for gate in current_app.extensions.get(EXTENSION, []):
        gate(claimed)
