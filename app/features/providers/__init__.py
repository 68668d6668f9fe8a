"""Signing in with identity providers, and the accounts at them that open one's own."""

from flask import Flask

from app.core import openapi
from app.features.providers import pages, routes, strategies


def init_app(app: Flask) -> None:
    """Raises ConfigError for a provider that is half configured."""
    strategies.init_app(app)
    openapi.add(app, routes.providers)
    pages.init_app(app)
