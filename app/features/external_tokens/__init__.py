"""Bearer tokens that somebody else signed, where EXTERNAL_JWT_… says whose and for whom here."""

from flask import Flask

from app.core.settings import read
from app.features.external_tokens import explaining
from app.features.external_tokens.settings import Settings
from app.guards import PROGRAMS, passport
from app.passport.strategies.external_jwt import ExternalJwtStrategy


def init_app(app: Flask) -> None:
    """Register the strategy, or make it known as switched off. Raises ConfigError naming the variable."""
    settings = read(app, Settings)
    if settings.is_on:
        from app.features.external_tokens.strategy import strategy  # noqa: PLC0415 (its HTTP client, where it is on)

        passport.use(app, strategy(settings), groups=(PROGRAMS,))
        explaining.init_app(app)
    else:
        passport.off(app, ExternalJwtStrategy.name, groups=(PROGRAMS,))
