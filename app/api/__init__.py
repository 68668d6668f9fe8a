"""The api blueprint: the profile and the users. And the like as procedures."""

from flask import Flask

from app import trpc
from app.accounts.schemas import ManagedUserSchema
from app.api import (  # noqa: F401 (they add their views)
    procedures,
    profile,
    users,
)
from app.api.blueprint import api
from app.core import openapi, typescript

__all__ = ["api", "init_app"]


def init_app(app: Flask) -> None:
    openapi.add(app, api)
    trpc.add(app, procedures.rpc)
    typescript.add(app, ManagedUser=ManagedUserSchema)
