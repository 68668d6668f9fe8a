"""The api blueprint: the profile, the users, and the worked example's posts."""

from flask import Flask

from app.api import (  # noqa: F401 (they add their views)
    posts,
    profile,
    users,
)
from app.api.blueprint import api
from app.core import openapi

__all__ = ["api", "init_app"]


def init_app(app: Flask) -> None:
    openapi.add(app, api)
