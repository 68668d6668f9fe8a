"""Two factors: whoever has set up a second one shows it at each sign-in, whichever way they come."""

from flask import Flask

from app.accounts import SECOND_FACTOR, add_check
from app.browser import steps
from app.core import client
from app.core.settings import read, settings_of
from app.features.assurance import step
from app.features.assurance.page import pages
from app.features.assurance.settings import Settings


def init_app(app: Flask) -> None:
    read(app, Settings)
    add_check(app, step.check)
    client.add(app, "assurance")
    if settings_of(app).hosted_pages:
        app.register_blueprint(pages)
        steps.add_page(app, SECOND_FACTOR, "/second-factor")
