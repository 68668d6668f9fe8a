"""The identity providers of this app: which are on, and what their answers mean here."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from flask import Flask

from app.accounts import CurrentUser, identities
from app.browser.attempts import SESSION_ENDED, BrowserAttempts, Wishes
from app.core.places import public_base
from app.features.providers.settings import Settings
from app.guards import passport
from app.passport import Profile
from app.passport.registry import names_in
from app.sessions import find_active

if TYPE_CHECKING:
    from app.passport.strategies.social.strategy import ProviderStrategy

PROVIDERS = "providers"
"""The group of their strategies."""
START = "/auth/oauth/{}"
CALLBACK = "/auth/oauth/{}/callback"


def strategies(settings: Settings) -> Iterator[ProviderStrategy[CurrentUser, Wishes]]:
    """One for each provider that is switched on."""
    if not settings.social:
        return
    # Imported only here: social-auth-core is large, and many an app has no provider.
    from app.passport.strategies.social.configured import providers_from  # noqa: PLC0415
    from app.passport.strategies.social.openid import use_guarded_fetcher  # noqa: PLC0415
    from app.passport.strategies.social.strategy import ProviderStrategy  # noqa: PLC0415

    use_guarded_fetcher()
    for name, provider in providers_from(settings.social).items():
        yield ProviderStrategy(
            provider,
            callback=_callback_of(name),
            attempts=BrowserAttempts(cross_site=provider.trust.callback == "post"),
            verify=_whose,
        )


def providers_of(app: Flask) -> Mapping[str, ProviderStrategy[CurrentUser, Wishes]]:
    """The providers that are switched on, by name, in their order."""
    every = passport.strategies(app)
    return {name: cast("ProviderStrategy[CurrentUser, Wishes]", every[name]) for name in names_in(app, (PROVIDERS,))}


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
