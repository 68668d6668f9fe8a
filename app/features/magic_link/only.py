"""MAGIC_LINK=only: passwords sign nobody in, and whoever has no account makes one by the link."""

from __future__ import annotations

from flask import Flask

from app.accounts import Claimed, Newcomer, add_gate, registration
from app.core import mail, pages
from app.core.errors import Refusal, refusal
from app.core.settings import settings_of
from config import ConfigError

PASSWORD_WAYS = {"local", "basic", "register"}
"""Signing in with a password, as a page, a program or a script, and making an account with one."""

PASSWORDS_OFF = refusal(
    403,
    "passwords_off",
    "Passwords sign nobody in here: MAGIC_LINK=only. POST /auth/magic-link has a link mailed.",
    for_people="There are no passwords here. Have a link mailed to you to sign in.",
)


def gate(claimed: Claimed) -> None:
    """Refuses whoever comes with a password, right or wrong, before it is looked at."""
    if claimed.way in PASSWORD_WAYS:
        raise PASSWORDS_OFF


def may_join(address: str, way: str) -> bool:
    """May somebody with this address make an account, once they have shown that they read it? Asks the rules."""
    try:
        registration.admit(Newcomer(email=address, way=way, proved=True))
    except Refusal:
        return False
    return True


def init_app(app: Flask) -> None:
    """Raises ConfigError where nobody could sign in."""
    missing = [
        name
        for name, is_there in (("MAIL_URL", mail.is_configured(app)), ("COOKIES", settings_of(app).cookies))
        if not is_there
    ]
    if missing:
        raise ConfigError(*(f"MAGIC_LINK=only needs {name}: nobody could sign in without it." for name in missing))
    add_gate(app, gate, refuses=(PASSWORDS_OFF,))
    pages.take_out(app, "passwords")
