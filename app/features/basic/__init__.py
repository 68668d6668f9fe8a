"""A password with every request, where BASIC_AUTH is on."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from app import accounts
from app.accounts import CurrentUser
from app.accounts.sign_in import check_sign_in
from app.core.settings import read
from app.guards import PROGRAMS, passport
from app.passport import Success
from app.passport.strategies.basic import BasicStrategy
from app.sessions import add_method
from config import Declared, boolean, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Whether it is on."""

    is_on: bool = setting("BASIC_AUTH", boolean, "false", heading="Basic")
    """Passwords in the Authorization header (RFC 7617), for scripts; never from browsers."""


class _Basic(BasicStrategy[CurrentUser]):
    """With what our accounts refuse besides."""

    refusals = (*BasicStrategy.refusals, accounts.ACCOUNT_BANNED)


def init_app(app: Flask) -> None:
    if read(app, Settings).is_on:
        passport.use(app, _Basic(_whose_password), groups=(PROGRAMS,))
        add_method(app, BasicStrategy.name, ("pwd",), ("knowledge",))
    else:
        passport.off(app, BasicStrategy.name, groups=(PROGRAMS,))


def _whose_password(email: str, password: str) -> CurrentUser | None:
    """Whose password it is, or None. The checks of sign-ins are asked, too: whoever may not sign in may not do this."""
    user = accounts.authenticate(email, password, way=BasicStrategy.name)
    if user is not None:
        check_sign_in(Success(user, BasicStrategy.name))
    return user
