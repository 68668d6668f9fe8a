"""What the pages have of providers: the buttons to sign in with, the section of /account, confirming that it is you."""

from __future__ import annotations

from flask import Flask, current_app

from app.browser.providers import strategies_of
from app.core import client, pages

MARKS = {
    "apple": "apple",
    "azuread": "microsoft",
    "discord": "discord",
    "facebook": "facebook",
    "github": "github",
    "gitlab": "gitlab",
    "google": "google",
    "microsoft": "microsoft",
}
"""Which drawing of icons.svg a provider has, by its name up to the first hyphen. Others get their first letter."""


def providers_on() -> list[tuple[str, str]]:
    """The name and the label of each provider to sign in with."""
    return [(name, strategy.provider.label) for name, strategy in strategies_of(current_app).items()]


def provider_marks() -> dict[str, str]:
    return MARKS


def init_app(app: Flask) -> None:
    app.add_template_global(providers_on)
    app.add_template_global(provider_marks)
    pages.add(app, "sign-in", "providers/buttons.html", "providers/sign-in.js", 40)
    pages.add(app, "account", "providers/connections.html", "providers/connections.js", 40)
    pages.add(app, "confirm", "providers/confirm.html", "providers/confirm.js", 40)
    pages.lead_back(app, "provider_failed", "unknown_provider", "next_not_allowed")
    client.add(app, "providers")
