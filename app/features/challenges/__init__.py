"""Challenges: who comes from where much was tried lately, shows first that they are no robot."""

from flask import Flask

from app import accounts
from app.core import client, cross_origin, pages
from app.core.settings import read
from app.features.challenges import frame
from app.features.challenges.gate import ChallengeGate
from app.features.challenges.provider import provider_of
from app.features.challenges.refusals import CHALLENGE_REQUIRED, CHALLENGE_UNAVAILABLE, HEADER
from app.features.challenges.settings import OFF, Settings
from app.features.challenges.siteverify import SiteVerify


def init_app(app: Flask) -> None:
    """Raises ConfigError for a provider of your own that is none."""
    settings = read(app, Settings)
    client.add(app, "challenges")
    if settings.provider == OFF:
        return
    provider = provider_of(app, settings)
    gate = ChallengeGate.of(provider, settings)
    accounts.add_gate(app, gate, refuses=(CHALLENGE_REQUIRED, CHALLENGE_UNAVAILABLE))
    cross_origin.allow_header(app, HEADER)
    pages.add(app, "sign-in", "challenges/section.html", "challenges/section.js", 90)
    if isinstance(provider, SiteVerify):
        frame.init_app(app, provider)
