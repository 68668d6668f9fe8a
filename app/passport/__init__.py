"""Passport: strategies that tell who is calling, and guards that let them in. No database, no user, no app."""

from app.passport.guard import BadGuards, Guard, Requirement, guard_of, guards_of, public
from app.passport.outcome import (
    AuthenticationFailed,
    Forbidden,
    NotAuthenticated,
    Profile,
    ProviderFailed,
    Redirect,
    Success,
)
from app.passport.passport import Passport
from app.passport.strategy import Strategy

__all__ = [
    "AuthenticationFailed",
    "BadGuards",
    "Forbidden",
    "Guard",
    "NotAuthenticated",
    "Passport",
    "Profile",
    "ProviderFailed",
    "Redirect",
    "Requirement",
    "Strategy",
    "Success",
    "guard_of",
    "guards_of",
    "public",
]
