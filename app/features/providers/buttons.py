"""What the templates of providers ask for: which are on, and how each looks."""

from __future__ import annotations

from flask import Flask, current_app

from app.features.providers.strategies import providers_of

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
    return [(name, strategy.provider.label) for name, strategy in providers_of(current_app).items()]


def provider_marks() -> dict[str, str]:
    return MARKS


def init_app(app: Flask) -> None:
    app.add_template_global(providers_on)
    app.add_template_global(provider_marks)
