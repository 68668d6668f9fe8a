"""A new password for whoever has forgotten theirs, by a mail to the account's address."""

from flask import Flask

from app import trpc
from app.core import cli, client, mail, openapi, pages
from app.core.settings import read, settings_of
from app.features.password_reset import commands, mails, page_views, procedures, routes
from app.features.password_reset.settings import Settings


def init_app(app: Flask) -> None:
    read(app, Settings)
    mail.add(app, mails.KIND)
    openapi.add(app, routes.resets)
    openapi.add(app, routes.of_users)
    trpc.add(app, procedures.rpc)
    cli.add(app, commands.send_reset, group="users")
    client.add(app, "password_reset")
    if settings_of(app).hosted_pages:
        app.register_blueprint(page_views.reset_pages)
    if mail.is_configured(app):  # nobody is offered a mail that never comes
        pages.add(app, "sign-in-password", "password_reset/link.html")
        pages.add(app, "person", "password_reset/person.html", "password_reset/person.js", 35)
