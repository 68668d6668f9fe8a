"""Where every way in finishes: the session in cookies, the way back, and sign-ins that are under way."""

from flask import Flask

from app.accounts.events import CredentialsVoided
from app.browser import device
from app.core.events import on


def init_app(app: Flask) -> None:
    on(app, CredentialsVoided, device.forget_all)
