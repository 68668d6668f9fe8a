"""The auth blueprint: registering, signing in and out, sessions, tokens for programs."""

from app.auth.blueprint import auth
from app.auth.routes import (  # noqa: F401 (they add their views)
    check,
    credentials,
    devices,
    keys,
    programs,
    providers,
    session,
)
from app.auth.strategies import init_app

__all__ = ["auth", "init_app"]
