"""Bearer tokens that somebody else signed, where EXTERNAL_JWT_… says whose and for whom here."""

from app.features.external_tokens.strategy import init_app

__all__ = ["init_app"]
