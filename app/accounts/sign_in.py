"""The one door to a session: password, provider or passkey, every way in ends here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app

from app import sessions
from app.accounts import events
from app.accounts.current import CurrentUser
from app.accounts.models import User
from app.core.hot import HotWrite
from app.extensions import db
from app.passport import AuthenticationFailed, Success
from app.sessions import Client, NewSession, Session
from app.sessions.tokens import Tokens, issue

EXTENSION = "flaskport.sign_in_checks"

Check = Callable[[Success[CurrentUser]], None]
"""Raises to refuse: AuthenticationFailed for 401, Forbidden for 403, AppError for the rest."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    user: CurrentUser
    session: NewSession


def add_check(app: Flask, check: Check) -> None:
    """Let a check veto every sign-in, whichever way it comes."""
    app.extensions.setdefault(EXTENSION, []).append(check)


_FIELDS = tuple(field.name for field in fields(NewSession))
_COLUMNS = tuple(Session.__table__.c[name] for name in _FIELDS)
_NEW_ROW = tuple(sa.bindparam(column.key, type_=column.type) for column in _COLUMNS)
_AS_SEEN = (
    User.id == sa.bindparam("user_id"),
    User.is_active,
    User.password_changed_at.is_not_distinct_from(sa.bindparam("password_changed_at")),
)
_SIGN_IN = (
    sa.update(User)
    .where(*_AS_SEEN)
    # A sign-in is no change of the account: updated_at stays.
    .values(last_sign_in_at=sa.bindparam("created_at", type_=Session.created_at.type), updated_at=User.updated_at)
)


def check_sign_in(success: Success[CurrentUser]) -> None:
    """Ask every check. For ways in that open no session; ``sign_in`` does it itself. Raises whatever a check raises."""
    for check in current_app.extensions.get(EXTENSION, []):
        check(success)


def _start(person: sa.Select[Any]) -> sa.Insert:
    return sa.insert(Session).from_select([Session.user_id, *_COLUMNS], person, include_defaults=False)


_SIGNED_IN = _SIGN_IN.returning(User.id).cte("signed_in")
_START = HotWrite(
    _start(sa.select(User.id, *_NEW_ROW).where(*_AS_SEEN)),
    postgresql=_start(sa.select(_SIGNED_IN.c.id, *_NEW_ROW)),
)
"""Stores a session if the account still is as the strategy saw it.

One statement, so that nothing comes between. On PostgreSQL it notes the sign-in too, and so locks the user's row: a
sign-in and a disable, or a password change, wait for each other, and whichever comes second sees what the first did.
SQLite has one writer at a time anyway, and notes the sign-in in a second statement.
"""
_NOTE = HotWrite(_SIGN_IN)


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
    session = NewSession.now(client, remember=remember)
    row = {name: getattr(session, name) for name in _FIELDS}
    seen = {"user_id": user.id, "password_changed_at": user.password_changed_at}
    if _START.run(row | seen) != 1:
        raise AuthenticationFailed
    if db.engine.name == "sqlite":
        _NOTE.run(seen | {"created_at": session.created_at})
    if replacing is not None:
        sessions.revoke(replacing, "signed_in_again")
    events.announce(events.signed_in, user=user, session=session, strategy=success.strategy)
    return SignedIn(user, session)


def generate_tokens(user: User) -> Tokens:
    """Tokens for a user in a new session, as the shell and scripts want them. No password is asked for."""
    current = CurrentUser.of(user)
    signed_in = sign_in(Success(current, "generate_tokens"), client=Client("generate_tokens"))
    return issue(current, signed_in.session)
