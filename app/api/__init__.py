"""The api blueprint: the profile, the users, and the worked example's posts."""

from app.api import posts, profile, users  # noqa: F401 (they add their views)
from app.api.blueprint import api

__all__ = ["api"]
