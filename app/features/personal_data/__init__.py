"""Personal data: people are given all that is held of them."""

from flask import Flask

from app.core import client, openapi, pages, typescript
from app.features.personal_data import routes
from app.features.personal_data.routes import ExportSchema


def init_app(app: Flask) -> None:
    openapi.add(app, routes.personal_data)
    client.add(app, "personal_data")
    typescript.add(app, PersonalData=ExportSchema)
    pages.add(app, "account", "personal_data/section.html", "personal_data/section.js", 85)
