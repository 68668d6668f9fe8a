"""Why somebody who has set up a second factor need not show it at this sign-in."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Flask, current_app

EXTENSION = "flaskport.second_factor_exemptions"

Exemption = Callable[[uuid.UUID], bool]
"""Asked once who it is, is proved by a first factor; and not where no session is opened. What it lets pass has shown
one factor, and its session says so."""


def add_exemption(app: Flask, exemption: Exemption) -> None:
    """Ask it before the step that asks for a second factor: True lets the sign-in pass without."""
    app.extensions.setdefault(EXTENSION, []).append(exemption)


def is_exempt(user_id: uuid.UUID) -> bool:
    exemptions: list[Exemption] = current_app.extensions.get(EXTENSION, [])
    return any(exemption(user_id) for exemption in exemptions)
