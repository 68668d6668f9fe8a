"""What a module declares while it is imported, and which module that is."""

from __future__ import annotations

import sys


class BadDeclaration(ValueError):
    """A module declares what it may not: a name that is taken, unknown or ill-formed. The text names the module."""

    stops_the_start = True


def caller() -> str:
    """The module that called the function that calls this: what is declared belongs to it."""
    name: str = sys._getframe(2).f_globals["__name__"]  # as ``collections.namedtuple`` finds it
    return name
