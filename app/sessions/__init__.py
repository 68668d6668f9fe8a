"""Being signed in: session rows, the tokens that name them, the cookies that carry those. Knows user ids only."""

from flask import Flask

from app.core import encryption
from app.sessions import checks, flask_jwt, key_table, signing, tokens
from app.sessions.methods import (
    TWO_FACTORS,
    Factor,
    Proved,
    acr_of,
    add_method,
    adds_nothing,
    amr_of,
    are_two_factors,
    factors_of,
    is_by_another,
)
from app.sessions.models import Session
from app.sessions.rotation import Presented, Rotated, Rotation, follow
from app.sessions.service import (
    FRESH_REQUIRED,
    Client,
    NewSession,
    addresses_of,
    confirm,
    doubt,
    find_active,
    is_acted_in,
    list_active,
    prune,
    replace_in_browser,
    revoke,
    revoke_all,
    start,
    this_client,
)

__all__ = [
    "FRESH_REQUIRED",
    "TWO_FACTORS",
    "Client",
    "Factor",
    "NewSession",
    "Presented",
    "Proved",
    "Rotated",
    "Rotation",
    "Session",
    "acr_of",
    "add_method",
    "addresses_of",
    "adds_nothing",
    "amr_of",
    "are_two_factors",
    "confirm",
    "doubt",
    "factors_of",
    "find_active",
    "follow",
    "init_app",
    "is_acted_in",
    "is_by_another",
    "list_active",
    "prune",
    "replace_in_browser",
    "revoke",
    "revoke_all",
    "start",
    "this_client",
]


def init_app(app: Flask) -> None:
    """Raises ConfigError where this app could sign nothing."""
    encryption.add(app, key_table.SEALED)
    for part in (signing, tokens, flask_jwt, checks):
        part.init_app(app)
