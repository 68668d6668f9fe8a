"""Authenticator apps: a second factor whose codes are good once."""

from flask import Flask

from app import trpc
from app.accounts import (
    Confirmation,
    SecondFactor,
    add_confirmation,
    add_export,
    add_second_factor,
    open_while_enrolling,
)
from app.accounts.events import CredentialsVoided
from app.browser import second_factor
from app.core import cli, client, encryption, openapi, pages, typescript
from app.core.events import on
from app.features.totp import models, procedures, routes, service
from app.features.totp.events import AUTHENTICATOR_APP
from app.features.totp.schemas import TotpBegunSchema, TotpSchema
from app.sessions import add_method


def init_app(app: Flask) -> None:
    add_export(app, "totp", models.EXPORT)
    openapi.add(app, routes.totp)
    trpc.add(app, procedures.rpc)
    cli.add(app, None, prune={"authenticator apps": service.prune})
    client.add(app, "totp")
    typescript.add(app, Totp=TotpSchema, TotpBegun=TotpBegunSchema)
    encryption.add(app, models.SECRET)
    encryption.add(app, models.PENDING)
    add_method(app, service.NAME, ("otp",), ("possession",))
    factor = SecondFactor(service.NAME, service.count, service.reset, label=AUTHENTICATOR_APP, owners=service.OWNERS)
    add_second_factor(app, factor)
    second_factor.add(app, service.SHOWN)
    add_confirmation(app, Confirmation(service.NAME, "code", service.count, service.confirm))
    open_while_enrolling(app, "totp", "trpc.totp")
    on(app, CredentialsVoided, service.void)
    pages.add(app, "account", "totp/section.html", "totp/section.js", 22)
    pages.add(app, "confirm", "totp/confirm.html", "totp/confirm.js", 5)
    pages.add(app, "second-factor", "totp/step.html", "totp/step.js", 20)
