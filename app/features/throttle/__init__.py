"""Limits on guessing, on registrations, and on starts of sign-ins with providers."""

from flask import Flask

from app.accounts import add_gate
from app.core import cli
from app.core.settings import read
from app.features.throttle import commands, service
from app.features.throttle.settings import Settings


def init_app(app: Flask) -> None:
    read(app, Settings)
    service.init_app(app)
    add_gate(app, service.gate, refuses=(service.TOO_MANY_ATTEMPTS,))
    cli.add(app, commands.limits)
