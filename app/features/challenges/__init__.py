"""Challenges: who comes from where much was tried lately, shows first that they are no robot."""

from flask import Flask

from app import accounts
from app.core import client, cross_origin, pages
from app.core.settings import read
from app.features.challenges.refusals import CHALLENGE_REQUIRED, CHALLENGE_UNAVAILABLE, HEADER
from app.features.challenges.settings import OFF, Settings


def init_app(app: Flask) -> None:
    """Raises ConfigError for a provider of your own that is none."""
    settings = read(app, Settings)
    client.add(app, "challenges")
    if settings.provider == OFF:
        return
    from app.features.challenges.gate import gate_of  # noqa: PLC0415 (its HTTP client, where it is on)

    accounts.add_gate(app, gate_of(app, settings), refuses=(CHALLENGE_REQUIRED, CHALLENGE_UNAVAILABLE))
    cross_origin.allow_header(app, HEADER)
    pages.add(app, "sign-in", "challenges/section.html", "challenges/section.js", 90)
