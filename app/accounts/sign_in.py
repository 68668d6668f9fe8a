"""The one door to a session: password, provider or passkey, every way in ends here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, current_app

from app import sessions
from app.accounts import events
from app.accounts.current import CurrentUser
from app.accounts.models import User
from app.core import clock
from app.core.database import transaction
from app.extensions import db
from app.passport import AuthenticationFailed, Success
from app.sessions import Client, Session
from app.sessions.tokens import Tokens, issue

EXTENSION = "flaskport.sign_in_checks"

Check = Callable[[Success[CurrentUser]], None]
"""Raises to refuse: AuthenticationFailed for 401, Forbidden for 403, AppError for the rest."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    user: CurrentUser
    session: Session


def add_check(app: Flask, check: Check) -> None:
    """Let a check veto every sign-in, whichever way it comes."""
    app.extensions.setdefault(EXTENSION, []).append(check)


def sign_in(
    success: Success[CurrentUser],
    *,
    client: Client = Client(),  # noqa: B008 (frozen)
    remember: bool = False,
    replacing: uuid.UUID | None = None,
) -> SignedIn:
    """Open a session for somebody whom a strategy recognised, ending the one that it replaces.

    Raises whatever a check raises, and AuthenticationFailed when the account was disabled or its password
    changed since the strategy looked.
    """
    for check in current_app.extensions.get(EXTENSION, []):
        check(success)
    user = success.user
    with transaction():
        # Taken first: the row lock makes a sign-in and a disable, or a password change, wait for each other.
        still_good = db.session.execute(
            sa.update(User)
            .where(
                User.id == user.id,
                User.is_active,
                User.password_changed_at.is_not_distinct_from(user.password_changed_at),
            )
            .values(last_sign_in_at=clock.now())
        )
        if getattr(still_good, "rowcount", 0) != 1:
            raise AuthenticationFailed
        if replacing is not None:
            sessions.revoke(replacing, "signed_in_again")
        session = sessions.start(user.id, client, remember=remember)
    events.signed_in.send(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        user=user,
        session=session,
        strategy=success.strategy,
    )
    return SignedIn(user, session)


def generate_tokens(user: User) -> Tokens:
    """Tokens for a user in a new session, as the shell and scripts want them. No password is asked for."""
    current = CurrentUser.of(user)
    signed_in = sign_in(Success(current, "generate_tokens"), client=Client("generate_tokens"))
    return issue(current, signed_in.session)
