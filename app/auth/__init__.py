"""The auth blueprint: registering, signing in and out, sessions, tokens for programs."""

from app.auth import routes  # noqa: F401 (they add their views)
from app.auth.blueprint import auth
from app.auth.strategies import init_app

__all__ = ["auth", "init_app"]
