"""Somebody as another system knows them, whichever that is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple


class Refused(Exception):
    """This row is nobody who can have an account. The text says why, and nothing of a password."""


class Elsewhere(NamedTuple):
    """Their account at an identity provider, by the name that the other system has for that."""

    provider: str
    subject: str
    email: str | None = None


class Banned(NamedTuple):
    """Until None: for good."""

    reason: str
    until: dt.datetime | None = None
    since: dt.datetime | None = None


class Remark(NamedTuple):
    """Something of a row that is not taken over, and why: "row", "password", "identity", "name", "second factor" …"""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """``verified`` True: their address was, nobody knows when. ``roles`` are by the other system's names."""

    id: str
    email: str
    name: str | None = None
    password_hash: str | None = None
    password_changed_at: dt.datetime | None = None
    roles: tuple[str, ...] = ()
    verified: bool | dt.datetime = False
    created_at: dt.datetime | None = None
    last_sign_in_at: dt.datetime | None = None
    language: str | None = None
    enabled: bool = True
    erase_at: dt.datetime | None = None
    banned: Banned | None = None
    identities: tuple[Elsewhere, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())
