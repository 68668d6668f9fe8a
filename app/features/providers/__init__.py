"""Signing in with identity providers, and the accounts at them that open one's own."""

from flask import Flask

from app.browser.destinations import NEXT_NOT_ALLOWED
from app.core import cli, client, openapi, pages, typescript
from app.core.languages import said
from app.core.settings import read
from app.features.providers import buttons, commands, routes
from app.features.providers.schemas import IdentitiesSchema, IdentitySchema, ProviderSchema
from app.features.providers.settings import Settings
from app.features.providers.strategies import PROVIDERS, strategies
from app.guards import passport
from app.passport import ProviderFailed
from app.sessions import add_method


def init_app(app: Flask) -> None:
    """Raises ConfigError for a provider that is half configured."""
    settings = read(app, Settings)
    passport.group(app, PROVIDERS)
    for strategy in strategies(settings):
        passport.use(app, strategy, groups=(PROVIDERS,))
        add_method(app, strategy.name, ("fed",), ("provider",))
    openapi.add(app, routes.providers)
    cli.add(app, commands.providers, group="auth")
    client.add(app, "providers")
    typescript.add(app, Provider=ProviderSchema, Identity=IdentitySchema, Identities=IdentitiesSchema)
    buttons.init_app(app)
    pages.add(app, "sign-in", "providers/buttons.html", "providers/sign-in.js", 40)
    pages.add(app, "account", "providers/connections.html", "providers/connections.js", 40)
    pages.add(app, "confirm", "providers/confirm.html", "providers/confirm.js", 40)
    pages.lead_back(app, ProviderFailed, said("That sign-in did not work"))
    pages.lead_back(app, routes.UNKNOWN_PROVIDER, said("That sign-in is not possible here"))
    pages.lead_back(app, NEXT_NOT_ALLOWED, said("That did not work"))
