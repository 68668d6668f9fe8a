"""Hashes of other systems: how features add the formats that they can read, and how one says that it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import Flask, current_app

EXTENSION = "flaskport.hash_formats"

MAX_MEMORY = 256 * 1024 * 1024
"""Bytes that one verification may take. In time none may take more than some two seconds of one core: whoever signs in
with an imported hash has it computed, and others wait meanwhile."""

Opens = Callable[[str], bool]
"""Is this the password of one hash? It takes as long as that hash was made to take."""


class Unreadable(ValueError):
    """No password opens this hash here. The text says why, to operators, and nothing of the hash."""


UNKNOWN = "its format is unknown"
DAMAGED = "it is cut off, changed, or written in another way than its beginning says"
OUT_OF_RANGE = "its parameters are out of range: to check it would take too much time or memory"


class HashFormat(NamedTuple):
    """How another system stores passwords.

    ``read`` is quick. It answers None for what is of another format, and raises Unreadable for what is of this one but
    is damaged, or so costly that whoever put it there could stop the server with it.
    """

    name: str
    read: Callable[[str], Opens | None]


def add_hash_format(app: Flask, added: HashFormat) -> None:
    """From now on a password opens such a hash. At the sign-in it is replaced by one of our own."""
    app.extensions.setdefault(EXTENSION, []).append(added)


def formats_of(app: Flask) -> list[HashFormat]:
    return list(app.extensions.get(EXTENSION, []))


def read_foreign(stored: str) -> Opens:
    """Raises Unreadable."""
    for added in formats_of(current_app):
        opens = added.read(stored)
        if opens is not None:
            return opens
    raise Unreadable(UNKNOWN)
