"""The check page: do cookies, CSRF and CORS agree between a front end and this server?"""

from flask import Flask

from app.core import openapi
from app.features.check import routes


def init_app(app: Flask) -> None:
    openapi.add(app, routes.check)
