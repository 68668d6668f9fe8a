"""Is it still you? What somebody who is signed in can show it by, beside a password: features add the ways."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import Flask, current_app

from app.accounts.credentials import has_password
from app.accounts.current import CurrentUser
from app.core.errors import invalid

EXTENSION = "flaskport.confirmations"
PASSWORD = "password"  # noqa: S105 (a way, not a password)

Field = Literal["code", "credential"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A way: ``field`` is what it is shown in, and ``judge`` makes the session fresh by it, or raises.

    ``has`` says whether it is open to this person.
    """

    name: str
    field: Field
    has: Callable[[uuid.UUID], object]
    judge: Callable[[CurrentUser, Any], object]


def add_confirmation(app: Flask, way: Confirmation) -> None:
    """Let people show in this way that it is still them: at POST /auth/confirm."""
    app.extensions.setdefault(EXTENSION, []).append(way)


def ways_to_confirm(user_id: uuid.UUID) -> list[str]:
    """The names of those that this person has."""
    password = [PASSWORD] if has_password(user_id) else []
    return password + [way.name for way in _every() if way.has(user_id)]


def confirm(user: CurrentUser, method: str, code: str | None, credential: dict[str, Any] | None) -> None:
    """Make the session fresh. Raises VALIDATION_FAILED for a way that there is not, and what the way raises."""
    way = next((each for each in _every() if each.name == method), None)
    if way is None:
        raise invalid(method=f"One of: {', '.join([PASSWORD, *(each.name for each in _every())])}.")
    proof = code if way.field == "code" else credential
    if proof is None:
        raise invalid({way.field: ["Missing data for required field."]})
    way.judge(user, proof)


def _every() -> list[Confirmation]:
    every: list[Confirmation] = current_app.extensions.get(EXTENSION, [])
    return every
