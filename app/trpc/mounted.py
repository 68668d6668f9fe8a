"""The procedures of an app, and the strategies that their guards name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from flask import Flask

from app.trpc.router import Procedure

EXTENSION = "flaskport.trpc"


@dataclass(slots=True)
class Mounted:
    procedures: dict[str, Procedure] = field(default_factory=dict)
    strategies: tuple[str, ...] = ()
    closed: bool = False
    """All parts of the app are there: what is added from now on is checked at once."""


def mounted_of(app: Flask) -> Mounted:
    return cast(Mounted, app.extensions[EXTENSION])
