"""The identity providers of this app: which are on, and what their answers mean here."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask

from app.accounts import CurrentUser, identities
from app.browser.attempts import BrowserAttempts, Wishes
from app.browser.providers import EXTENSION
from app.core.places import public_base
from app.core.settings import settings_of
from app.guards import passport
from app.passport import Profile, unauthorized
from app.sessions import find_active
from config import Config, ConfigError

SESSION_ENDED = unauthorized(
    "session_ended",
    "The session that began this has ended. Sign in again.",
    for_people="You were signed out. Sign in to go on where you were.",
)
START = "/auth/oauth/{}"
CALLBACK = "/auth/oauth/{}/callback"


def init_app(app: Flask) -> None:
    """Register a strategy for each provider that is switched on. Raises ConfigError for one that is half configured."""
    config = settings_of(app)
    app.extensions[EXTENSION] = {}
    if config.social:
        _register(app, config)


def _register(app: Flask, config: Config) -> None:
    # Imported only here: social-auth-core is large, and many an app has no provider.
    from app.passport.strategies.social.configured import (  # noqa: PLC0415
        ProviderConfigError,
        providers_from,
    )
    from app.passport.strategies.social.openid import use_guarded_fetcher  # noqa: PLC0415
    from app.passport.strategies.social.strategy import ProviderStrategy  # noqa: PLC0415

    use_guarded_fetcher()
    try:
        providers = providers_from(config.social)
    except ProviderConfigError as error:
        raise ConfigError(str(error)) from None
    if config.production and config.public_url is None:
        raise ConfigError("PUBLIC_URL is needed with SOCIAL_…: providers are told where to send people back to.")
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
