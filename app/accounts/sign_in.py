"""The one door to a session: password, provider or passkey, every way in ends here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import sqlalchemy as sa
from flask import Flask, current_app

from app import sessions
from app.accounts import erasing
from app.accounts.current import SESSION_REQUIRED, CurrentSession, CurrentUser
from app.accounts.events import SignInAccepted, SignInRefused, refusals_announced
from app.accounts.models import User
from app.accounts.second_factors import still_has
from app.core import clock
from app.core.database import locking, read_one, transaction
from app.core.events import announce
from app.core.hot import HotWrite
from app.passport import AuthenticationFailed, Forbidden, Success
from app.sessions import Client, NewSession, this_client
from app.sessions.tokens import Tokens, issue

EXTENSION = "flaskport.sign_in_checks"
STEPS = "flaskport.sign_in_steps"


_UNCHANGED = (
    User.id == sa.bindparam("user_id"),
    User.is_active,
    User.password_changed_at.is_not_distinct_from(sa.bindparam("changed_at")),
)
_LOCK = locking(sa.select(User.id).where(*_UNCHANGED, User.erase_at.is_(None)))
"""Of an account that stays: one that is closing has no sessions. A sign-in keeps it, this does not."""
_NOTE = HotWrite(
    sa.update(User)
    .where(*_UNCHANGED)
    # A sign-in is no change of the account: updated_at stays.
    .values(last_sign_in_at=sa.bindparam("at"), updated_at=User.updated_at)
)
"""It locks the row, too: one statement for both."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who has proved who they are, and wants to come in.

    ``done`` names every strategy that they proved it by, of which ``success`` is the last. ``remember``: they want to
    stay signed in when the browser is closed. ``opens_session`` False: they come with one request only.
    """

    success: Success[CurrentUser]
    client: Client = field(default_factory=this_client)
    remember: bool = False
    done: frozenset[str] = frozenset()
    opens_session: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "done", self.done | {self.success.strategy})

    @property
    def user(self) -> CurrentUser:
        return self.success.user


@dataclass(frozen=True, slots=True)
class Step:
    """What a check wants to be done as well: "totp", "verify_email". ``facts`` are for its page, and no secrets.

    ``lasts``: how long the sign-in waits for it, at most.
    """

    name: str
    facts: Mapping[str, str] = field(default_factory=dict)
    lasts: dt.timedelta = dt.timedelta(minutes=10)


Check = Callable[[Attempt], Step | None]
"""Raises a refusal to refuse, or names what is still to do."""


class SignedIn(NamedTuple):
    user: CurrentUser
    session: NewSession


class Pending(NamedTuple):
    """Nobody is signed in yet: a step has to be taken first. ``steps.keep`` gives it a token to go on with."""

    attempt: Attempt
    step: Step


def add_check(app: Flask, check: Check, *, step: str | None = None) -> None:
    """Ask the check about everybody who has proved who they are, whichever way they come.

    ``step`` is the one that it may ask for, where others count on that: people set up second factors to be asked.
    """
    app.extensions.setdefault(EXTENSION, []).append(check)
    app.extensions.setdefault(STEPS, set()).add(step)


def steps_asked_for() -> set[str | None]:
    """By the checks of this app, as far as they have said so."""
    named: set[str | None] = current_app.extensions.get(STEPS, set())
    return named


def _next_step(attempt: Attempt) -> Step | None:
    """The first step that a check wants; later checks are asked when that is done. Raises whatever a check raises."""
    checks: list[Check] = current_app.extensions.get(EXTENSION, [])
    return next((step for check in checks if (step := check(attempt)) is not None), None)


def check_sign_in(success: Success[CurrentUser]) -> None:
    """Ask every check, for ways in that open no session and so can take no step.

    Raises whatever a check raises, and SESSION_REQUIRED where one wants a step.
    """
    with refusals_announced(partial(SignInRefused, user_id=success.user.id, strategy=success.strategy)):
        step = _next_step(Attempt(success, opens_session=False))
        if erasing.is_closing(success.user.id):
            raise AuthenticationFailed  # signing in would keep the account, and this is no such thing
        if step is not None:
            raise _only_by_a_session(step)


def _only_by_a_session(step: Step) -> Forbidden:
    message = f'Only a signed-in session may do this: signing in asks for "{step.name}", too.'
    return SESSION_REQUIRED(message)


def sign_in(attempt: Attempt, *, replacing: uuid.UUID | None = None) -> SignedIn | Pending:
    """Open a session for somebody whom a strategy recognised, ending the one that it replaces, or say what is missing.

    Raises whatever a check raises, and AuthenticationFailed when the account was disabled, its password changed, or a
    second factor was taken away that was shown, since the strategy looked.
    """
    user, strategy = attempt.user, attempt.success.strategy
    with refusals_announced(partial(SignInRefused, user_id=user.id, strategy=strategy)):
        step = _next_step(attempt)
        if step is not None:
            return Pending(attempt, step)
        with transaction():
            noted = _NOTE.run({**_as_seen(user), "at": clock.now()}) == 1
            if not noted or not still_has(user.id, attempt.done):
                raise AuthenticationFailed
            session = sessions.start(user.id, attempt.client, remember=attempt.remember, methods=attempt.done)
            if replacing is not None:
                sessions.replace_in_browser(replacing, "signed_in_again", newcomer=user.id)
            erasing.stop(user.id)
            accepted = SignInAccepted(user_id=user.id, strategy=strategy, methods=attempt.done, session_id=session.id)
            announce(accepted, actor=user.id, session_id=session.id)
    return SignedIn(user, session)


def renew(user: CurrentUser, session: CurrentSession, client: Client) -> SignedIn:
    """Open a session in the place of one that a change of the password has ended. This is no sign-in: nobody is asked.

    ``user`` is the account after that change. Raises AuthenticationFailed when it was disabled, its password changed
    once more, or its owner began to delete it, since then.
    """
    with transaction():
        if read_one(_LOCK, _as_seen(user)) is None:
            raise AuthenticationFailed
        return SignedIn(user, sessions.start(user.id, client, remember=session.remember, after=session))


def _as_seen(user: CurrentUser) -> dict[str, object]:
    """What must still be so of the account whose row is locked.

    A sign-in and a disable, or a change of the password, wait for each other so, and whichever comes second sees what
    the first did.
    """
    return {"user_id": user.id, "changed_at": user.password_changed_at}


def generate_tokens(user: User) -> Tokens:
    """Tokens for a user in a new session, as the shell and scripts want them. No password is asked for.

    Raises whatever a check raises, and SESSION_REQUIRED where one wants a step.
    """
    current = CurrentUser.of(user)
    outcome = sign_in(Attempt(Success(current, "generate_tokens"), Client("generate_tokens")))
    if isinstance(outcome, Pending):
        raise _only_by_a_session(outcome.step)
    return issue(current, outcome.session)
