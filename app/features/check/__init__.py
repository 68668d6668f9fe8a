"""The check page: do cookies, CSRF and CORS agree between a front end and this server?"""

from flask import Flask

from app.accounts.roles import ADMIN_ROLE
from app.core import openapi
from app.core.settings import settings_of
from app.features.check import routes
from app.guards import public, role_required


def init_app(app: Flask) -> None:
    """Open in development. In production for admins, without the CSRF header, which is what is tried there."""
    guard = role_required(ADMIN_ROLE, csrf=False) if settings_of(app).production else public
    openapi.add(app, routes.blueprint(guard))
