"""The api blueprint: the profile, the users, and the worked example's posts. And the like as procedures."""

from flask import Flask

from app import trpc
from app.api import (  # noqa: F401 (they add their views)
    post_procedures,
    posts,
    procedures,
    profile,
    users,
)
from app.api.blueprint import api
from app.core import openapi

__all__ = ["api", "init_app"]


def init_app(app: Flask) -> None:
    openapi.add(app, api)
    openapi.add(app, posts.posts)
    trpc.add(app, procedures.rpc)
    trpc.add(app, post_procedures.rpc)
