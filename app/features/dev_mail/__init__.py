"""The mails that this server has sent, as a page: in development only."""

from flask import Flask

from app.core import mail
from app.features.dev_mail.routes import dev_mail


def init_app(app: Flask) -> None:
    """In production there is no such route, and no copy of a mail that it could show."""
    if mail.copies_of(app) is not None:
        app.register_blueprint(dev_mail)
