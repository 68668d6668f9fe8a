"""Trusted devices: "not again on this browser" for the second factor."""

from flask import Flask

from app import trpc
from app.accounts import add_exemption, add_export
from app.accounts.events import CredentialAdded, CredentialRemoved, CredentialsChanged
from app.core import cli, client, openapi, pages, typescript
from app.core.events import on
from app.core.settings import read, settings_of
from app.features.trusted_devices import cookie, models, procedures, routes, service
from app.features.trusted_devices.schemas import TrustedDeviceSchema
from app.features.trusted_devices.settings import Settings


def init_app(app: Flask) -> None:
    add_export(app, "trusted_devices", models.EXPORT)
    days = read(app, Settings).days
    cli.add(app, None, prune={"trusted devices": service.prune})
    if not days or not settings_of(app).cookies:
        return
    add_exemption(app, cookie.is_trusted)
    on(app, CredentialsChanged, service.void)
    on(app, CredentialAdded, service.void)
    on(app, CredentialRemoved, service.void)
    openapi.add(app, routes.trusted_devices)
    trpc.add(app, procedures.rpc)
    pages.add(app, "account", "trusted_devices/section.html", "trusted_devices/section.js", 35)
    pages.add(app, "second-factor-wishes", "trusted_devices/wish.html", "trusted_devices/wish.js")
    app.jinja_env.globals["trusted_device_days"] = days
    client.add(app, "trusted_devices")
    typescript.add(app, TrustedDevice=TrustedDeviceSchema)
