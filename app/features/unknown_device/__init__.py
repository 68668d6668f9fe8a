"""Unknown devices: by setting, a password alone is not enough where the account was never seen; a mailed code is."""

from flask import Flask

from app.accounts import add_check
from app.accounts.events import EmailVerified, PasswordReset
from app.browser import second_factor, steps
from app.core import client, mail, openapi
from app.core.events import after
from app.core.settings import read, settings_of
from app.features.unknown_device import routes, service
from app.features.unknown_device.check import NAME, check
from app.features.unknown_device.settings import Settings
from config import ConfigError


def init_app(app: Flask) -> None:
    """Raises ConfigError where it is on, and no mail can be sent."""
    client.add(app, "unknown_device")
    if not read(app, Settings).asks:
        return
    if not mail.is_configured(app):
        raise ConfigError("UNKNOWN_DEVICE_CODE needs MAIL_URL: nobody could sign in on a new device without the mail.")
    mail.add(app, service.CODES.kind())
    add_check(app, check)
    second_factor.add(app, service.SHOWN)
    openapi.add(app, routes.unknown_device)
    after(app, PasswordReset, service.make_known)
    after(app, EmailVerified, service.make_known)
    if settings_of(app).hosted_pages:
        app.register_blueprint(routes.pages)
        steps.add_page(app, NAME, routes.PAGE)
