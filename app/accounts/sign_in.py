"""The one door to a session: password, provider or passkey, every way in ends here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, current_app

from app import sessions
from app.accounts.current import CurrentSession, CurrentUser
from app.accounts.events import SignInAccepted
from app.accounts.models import User
from app.core.database import locking, transaction
from app.core.events import announce
from app.extensions import db
from app.passport import AuthenticationFailed, Success
from app.sessions import Client, NewSession
from app.sessions.tokens import Tokens, issue

EXTENSION = "flaskport.sign_in_checks"

Check = Callable[[Success[CurrentUser]], None]
"""Raises a refusal to refuse."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    user: CurrentUser
    session: NewSession


def add_check(app: Flask, check: Check) -> None:
    """Let a check veto every sign-in, whichever way it comes."""
    app.extensions.setdefault(EXTENSION, []).append(check)


def check_sign_in(success: Success[CurrentUser]) -> None:
    """Ask every check. For ways in that open no session; ``sign_in`` does it itself. Raises whatever a check raises."""
    for check in current_app.extensions.get(EXTENSION, []):
        check(success)


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
    check_sign_in(success)
    user = success.user
    with transaction():
        _lock(user)
        session = sessions.start(user.id, client, remember=remember)
        # A sign-in is no change of the account: updated_at stays.
        noted = {"last_sign_in_at": session.created_at, "updated_at": User.updated_at}
        db.session.execute(sa.update(User).where(User.id == user.id).values(noted))
        if replacing is not None:
            sessions.revoke(replacing, "signed_in_again", by=user.id)
        accepted = SignInAccepted(user_id=user.id, strategy=success.strategy, session_id=session.id)
        announce(accepted, actor=user.id, session_id=session.id)
    return SignedIn(user, session)


def renew(user: CurrentUser, session: CurrentSession, client: Client) -> SignedIn:
    """Open a session in the place of one that a change of the password has ended. This is no sign-in: nobody is asked.

    ``user`` is the account after that change. Raises AuthenticationFailed when it was disabled, or its password changed
    once more, since then.
    """
    with transaction():
        _lock(user)
        return SignedIn(user, sessions.start(user.id, client, remember=session.remember))


def _lock(user: CurrentUser) -> None:
    """Lock the account, which must still be as it was seen. Raises AuthenticationFailed.

    So a sign-in and a disable, or a change of the password, wait for each other, and whichever comes second sees what
    the first did.
    """
    as_seen = (
        User.id == user.id,
        User.is_active,
        User.password_changed_at.is_not_distinct_from(user.password_changed_at),
    )
    if db.session.scalar(locking(sa.select(User.id).where(*as_seen))) is None:
        raise AuthenticationFailed


def generate_tokens(user: User) -> Tokens:
    """Tokens for a user in a new session, as the shell and scripts want them. No password is asked for."""
    current = CurrentUser.of(user)
    signed_in = sign_in(Success(current, "generate_tokens"), client=Client("generate_tokens"))
    return issue(current, signed_in.session)
