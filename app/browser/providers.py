"""The identity providers that people can sign in with: each a strategy, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask

from app.accounts import CurrentUser
from app.browser.attempts import Wishes

if TYPE_CHECKING:
    from app.passport.strategies.social.strategy import ProviderStrategy

EXTENSION = "flaskport.providers"


def strategies_of(app: Flask) -> Mapping[str, ProviderStrategy[CurrentUser, Wishes]]:
    """The providers that are switched on, by name."""
    found: Mapping[str, ProviderStrategy[CurrentUser, Wishes]] = app.extensions[EXTENSION]
    return found
