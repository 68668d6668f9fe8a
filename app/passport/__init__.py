"""Passport: strategies that tell who is calling, and guards that let them in. No database, no user, no app."""

from app.passport.declarations import BadDeclaration
from app.passport.guard import BadGuards, Guard, Requirement, guard_of, guards_of, public
from app.passport.outcome import Profile, Redirect, Success
from app.passport.passport import Passport
from app.passport.refusals import (
    AuthenticationFailed,
    Forbidden,
    NotAuthenticated,
    ProviderFailed,
    Refusal,
    forbidden,
    unauthorized,
)
from app.passport.strategy import Strategy

__all__ = [
    "AuthenticationFailed",
    "BadDeclaration",
    "BadGuards",
    "Forbidden",
    "Guard",
    "NotAuthenticated",
    "Passport",
    "Profile",
    "ProviderFailed",
    "Redirect",
    "Refusal",
    "Requirement",
    "Strategy",
    "Success",
    "forbidden",
    "guard_of",
    "guards_of",
    "public",
    "unauthorized",
]
