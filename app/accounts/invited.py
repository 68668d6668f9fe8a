"""People who were invited, for whoever makes accounts in another way than by a password: a feature knows of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from flask import Flask, current_app

from app.accounts.current import CurrentUser
from app.accounts.mailed import LINK_OVER
from app.accounts.signing_up import Keep

EXTENSION = "flaskport.invitations"


class Accept(Protocol):
    """Makes the account, whose address the link has proved, with what ``keep`` stores in the place of a password.

    Raises VALIDATION_FAILED, LINK_OVER, EMAIL_TAKEN.
    """

    def __call__(self, name: str | None, keep: Keep) -> CurrentUser: ...


class Invited(NamedTuple):
    """Somebody who has the link of an invitation that is good: to this address, which has no account yet."""

    email: str
    accept: Accept


Look = Callable[[str], Invited]
"""Whom a link's token invites; nothing is used up. Raises LINK_OVER, EMAIL_TAKEN, and whatever a gate raises."""


def add_invitations(app: Flask, look: Look) -> None:
    """Let people accept invitations in every way in which accounts are made."""
    app.extensions[EXTENSION] = look


def invited(token: str) -> Invited:
    """Raises as ``Look`` does."""
    look: Look | None = current_app.extensions.get(EXTENSION)
    if look is None:
        raise LINK_OVER
    return look(token)
