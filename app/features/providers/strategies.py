"""The identity providers of this app: which are on, and what their answers mean here."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask

from app.accounts import CurrentUser, identities
from app.browser.attempts import BrowserAttempts, Wishes
from app.browser.providers import EXTENSION
from app.core.places import public_base
from app.core.settings import read
from app.features.providers.settings import Settings
from app.guards import passport
from app.passport import Profile, unauthorized
from app.sessions import find_active

SESSION_ENDED = unauthorized(
    "session_ended",
    "The session that began this has ended. Sign in again.",
    for_people="You were signed out. Sign in to go on where you were.",
)
START = "/auth/oauth/{}"
CALLBACK = "/auth/oauth/{}/callback"


def init_app(app: Flask) -> None:
    """Register a strategy for each provider that is switched on. Raises ConfigError for one that is half configured."""
    app.extensions[EXTENSION] = {}
    settings = read(app, Settings)
    if settings.social:
        _register(app, settings)


def _register(app: Flask, settings: Settings) -> None:
    # Imported only here: social-auth-core is large, and many an app has no provider.
    from app.passport.strategies.social.configured import providers_from  # noqa: PLC0415
    from app.passport.strategies.social.openid import use_guarded_fetcher  # noqa: PLC0415
    from app.passport.strategies.social.strategy import ProviderStrategy  # noqa: PLC0415

    use_guarded_fetcher()
    providers = providers_from(settings.social)
    for name, provider in providers.items():
        strategy = ProviderStrategy(
            provider,
            callback=_callback_of(name),
            attempts=BrowserAttempts(cross_site=provider.trust.callback == "post"),
            verify=_whose,
        )
        passport.use(app, strategy)
        app.extensions[EXTENSION][name] = strategy


def _callback_of(name: str) -> Any:
    return lambda: public_base() + CALLBACK.format(name)


def _whose(profile: Profile, wishes: Wishes) -> CurrentUser:
    """Sign in, or connect to the account whose session began this (the row says whether it still stands)."""
    if wishes.connect is None:
        return identities.user_of(profile)
    session = find_active(uuid.UUID(wishes.connect))
    if session is None:
        raise SESSION_ENDED
    return identities.connect(session.user_id, profile)
