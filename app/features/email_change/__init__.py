"""Another e-mail address for one's account: proved at the new one, told to the old one with a way back."""

from flask import Flask

from app.accounts import add_export
from app.accounts.events import CredentialsChanged
from app.core import cli, client, mail, openapi, pages, typescript
from app.core.events import on
from app.core.settings import settings_of
from app.features.email_change import mails, models, page_routes, routes, service
from app.features.email_change.schemas import WantedSchema


def init_app(app: Flask) -> None:
    add_export(app, "wanted_addresses", models.EXPORT)
    openapi.add(app, routes.changes)
    for kind in mails.KINDS:
        mail.add(app, kind)
    on(app, CredentialsChanged, service.forget)
    cli.add(app, None, prune={"changes of addresses": service.prune}, shell={"email_change": service})
    client.add(app, "email_change")
    typescript.add(app, WantedEmail=WantedSchema)
    if mail.is_configured(app):
        pages.add(app, "account", "email_change/section.html", "email_change/section.js", 16)
    if settings_of(app).hosted_pages:
        app.register_blueprint(page_routes.pages)
