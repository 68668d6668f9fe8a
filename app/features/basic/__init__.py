"""A password with every request, where BASIC_AUTH is on."""

from __future__ import annotations

from flask import Flask

from app import accounts
from app.accounts import CurrentUser
from app.accounts.sign_in import check_sign_in
from app.core.settings import settings_of
from app.guards import PROGRAMS, passport
from app.passport import Success
from app.passport.strategies.basic import BasicStrategy


def init_app(app: Flask) -> None:
    config = settings_of(app)
    if config.basic_auth:
        passport.use(app, BasicStrategy(_whose_password), groups=(PROGRAMS,))
    else:
        passport.off(app, BasicStrategy.name, groups=(PROGRAMS,))


def _whose_password(email: str, password: str) -> CurrentUser | None:
    """A password opens here what it opens at sign-in, so what may veto that may veto this."""
    user = accounts.authenticate(email, password, way=BasicStrategy.name)
    if user is not None:
        check_sign_in(Success(user, BasicStrategy.name))
    return user
