"""What a provider of challenges does, and which one the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

from flask import Flask

from app.accounts import Claimed
from app.core.keyed import keys_from
from app.core.settings import settings_of
from app.features.challenges.proof_of_work import ProofOfWork
from app.features.challenges.settings import ALTCHA, Settings
from app.features.challenges.siteverify import SERVICES, SiteVerify
from config import ConfigError


@runtime_checkable
class Provider(Protocol):
    """Where ``CHALLENGE`` names one of your own: this, or a class of it that is made without arguments."""

    name: str
    """By which a front end knows how to solve what it issues."""

    def issue(self, claimed: Claimed) -> Mapping[str, Any]:
        """A challenge for whoever claims this, as JSON. Everybody may see it."""

    def verify(self, claimed: Claimed, answer: str) -> bool:
        """Does this answer one? It must be good once only. Raises CHALLENGE_UNAVAILABLE where that cannot be known."""


def provider_of(app: Flask, settings: Settings) -> Provider:
    """The one that is on. Raises ConfigError."""
    if settings.provider == ALTCHA:
        return ProofOfWork(keys_from(settings_of(app).jwt_secret, b"flaskport challenges"), settings.work)
    if settings.provider in SERVICES:
        service = SERVICES[settings.provider]
        return SiteVerify(service, settings.site_key or "", settings.secret or "", settings.verify_url or service.url)
    return _own(settings.provider)


def _own(path: str) -> Provider:
    module, _, name = path.rpartition(".")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"CHALLENGE is {path!r}, which cannot be imported: {error}.") from error
    made = found() if isinstance(found, type) else found
    if not isinstance(made, Provider):
        raise ConfigError(f"CHALLENGE is {path!r}, which has no name, issue and verify (docs/challenges.md).")
    return made
