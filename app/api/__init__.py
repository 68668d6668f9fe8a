"""The api blueprint: the profile, the users, and the worked example's posts."""

from app.api import (  # noqa: F401 (they add their views)
    posts,
    profile,
    users,
)
from app.api.blueprint import api

__all__ = ["api"]
