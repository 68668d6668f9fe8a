"""Tells whoever sends mails in this process that there is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import current_app

EXTENSION = "flaskport.mail_wake"


def wake() -> None:
    """Where another process sends them, that finds it by itself."""
    found = cast("Callable[[], None] | None", current_app.extensions.get(EXTENSION))
    if found is not None:
        found()
