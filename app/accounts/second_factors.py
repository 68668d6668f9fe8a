"""What people can show beside the proof that they came in with: asked where two factors are needed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from app.passport import forbidden

EXTENSION = "flaskport.second_factors"

ASSURANCE_REQUIRED = forbidden(
    "assurance_required",
    "Show a second factor first.",
    meaning="Two factors are needed: `facts.methods` are those that the person has, and `facts.within` for how many "
    "minutes they count, or null. Where there are none, one has to be set up first.",
    for_people="Confirm with your second factor, then try again.",
)


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A kind of factor, by the name of the strategy that judges it: "totp". ``count`` says how many a person has."""

    name: str
    count: Callable[[uuid.UUID], int]


def add_second_factor(app: Flask, factor: SecondFactor) -> None:
    """Offer it wherever somebody has to show a second factor. What it proves, ``sessions.add_method`` is told."""
    app.extensions.setdefault(EXTENSION, []).append(factor)


def second_factors(user_id: uuid.UUID) -> list[str]:
    """The names of those that this person has set up."""
    every: list[SecondFactor] = current_app.extensions.get(EXTENSION, [])
    return [factor.name for factor in every if factor.count(user_id)]
