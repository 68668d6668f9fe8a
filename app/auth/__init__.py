"""The auth blueprint: registering, signing in and out, sessions, tokens for programs."""

from flask import Flask

from app import trpc
from app.accounts.schemas import UserSchema
from app.auth import procedures, routes, strategies
from app.auth.blueprint import auth
from app.auth.schemas import DeviceSchema, OwnSessionSchema
from app.core import openapi, typescript

__all__ = ["auth", "init_app", "routes"]


def init_app(app: Flask) -> None:
    """The strategies first: the document of the views that they guard describes them."""
    strategies.init_app(app)
    openapi.add(app, auth)
    trpc.add(app, procedures.rpc)
    typescript.add(app, User=UserSchema, Session=OwnSessionSchema, Device=DeviceSchema)
