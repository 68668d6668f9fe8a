"""Sessions in which somebody acts for the person whose session it is: who that is, judged anew at each request.

Whoever brings such a way in says how it is judged, and announces nothing else: guards, events and tokens learn from
here who really acts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, request

from app.accounts.enrolling import is_among
from app.passport import forbidden
from app.passport.csrf import SAFE_METHODS

if TYPE_CHECKING:
    from app.accounts.current import CurrentUser

JUDGES = "flaskport.judges_of_actors"
OPEN = "flaskport.open_while_acting"

IMPERSONATING = forbidden(
    "impersonating",
    "Somebody acts for this user: in such a session this is closed.",
    meaning="The session is another person's who acts for its user. What is not opened to them changes nothing.",
    for_people="You are acting for somebody else: this is closed until you end that.",
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who really sits there, by which session of their own, and until when at most."""

    id: uuid.UUID
    email: str
    session_id: uuid.UUID
    until: dt.datetime


JudgeOfActors = Callable[["CurrentUser"], Actor]
"""Of whoever a session of this method stands for. Raises TOKEN_REVOKED where nobody may act for them any more."""


def add_actors(app: Flask, method: str, judge: JudgeOfActors) -> None:
    """A session whose holder has passed this strategy is another person's, who acts for its owner."""
    app.extensions.setdefault(JUDGES, {})[method] = judge


def with_actor(user: CurrentUser) -> CurrentUser:
    """The caller, and who acts for them, if anybody does. Raises TOKEN_REVOKED. Other sessions cost nothing."""
    judges = cast("dict[str, JudgeOfActors]", current_app.extensions.get(JUDGES, {}))
    if user.session is None or judges.keys().isdisjoint(user.session.methods):
        return user
    method = next(name for name in user.session.methods if name in judges)
    return replace(user, actor=judges[method](user))


def check_nobody_acts(user: CurrentUser) -> None:
    """Nobody proves to be somebody else: whoever acts is not asked for that person's password. Raises IMPERSONATING."""
    if user.actor is not None:
        raise IMPERSONATING


def open_while_acting(app: Flask, *names: str) -> None:
    """Let whoever acts for somebody change what these views change: by endpoint or blueprint, procedure or router.

    All that changes anything is closed to them unless it is named here. It must be nothing that an account is entered,
    kept or ended by: passwords, addresses, factors, keys, identities, sessions, consents.
    """
    app.extensions.setdefault(OPEN, set()).update(names)


def is_open_while_acting() -> bool:
    """Does the request change nothing, or call what is open to them?"""
    return request.method in SAFE_METHODS or is_among(current_app.extensions.get(OPEN, ()))
