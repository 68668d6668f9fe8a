"""What opens an account: asked before a way in is taken away, so that nobody is left outside."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from app.core.errors import refusal

EXTENSION = "flaskport.ways_in"

LAST_WAY_IN = refusal(
    409,
    "last_way_in",
    "Nothing else opens this account. Set a password or connect another provider first.",
    for_people="Nothing else opens your account. Set a password or connect another account first.",
)


@dataclass(frozen=True, slots=True)
class WayIn:
    """A kind of credential that opens accounts: password, identity, passkey.

    ``count`` says how many of it a person has. It is asked in the transaction that takes one away, after that.
    """

    name: str
    count: Callable[[uuid.UUID], int]


def add_way_in(app: Flask, way: WayIn) -> None:
    app.extensions.setdefault(EXTENSION, []).append(way)


def ways_in(user_id: uuid.UUID) -> list[WayIn]:
    """Those that this person has."""
    every: list[WayIn] = current_app.extensions.get(EXTENSION, [])
    return [way for way in every if way.count(user_id)]


def require_way_in(user_id: uuid.UUID) -> None:
    """What a command asks that has taken one away, with the user's row locked. Raises LAST_WAY_IN, and so undoes it."""
    if not ways_in(user_id):
        raise LAST_WAY_IN
