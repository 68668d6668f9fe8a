"""Codes by mail as a second factor, by setting, for whoever turns it on."""

from flask import Flask

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
from app.browser.schemas import CodeMailedSchema
from app.core import client, mail, openapi, pages, typescript
from app.core.events import on
from app.core.settings import read, settings_of
from app.features.email_code import models, routes, service, steps
from app.features.email_code.events import CODES_BY_MAIL
from app.features.email_code.schemas import EmailCodeSchema
from app.features.email_code.settings import Settings
from app.one_time.mailed import CODE_LIFETIME
from app.sessions import add_method
from config import ConfigError


def init_app(app: Flask) -> None:
    """Raises ConfigError where it is on, and no mail can be sent."""
    add_export(app, "email_codes", models.EXPORT)
    client.add(app, "email_code")
    typescript.add(app, EmailCode=EmailCodeSchema, CodeMailed=CodeMailedSchema)
    add_method(app, service.NAME, ("email",), ("mailbox",))
    if not read(app, Settings).enabled:
        return
    if not mail.is_configured(app):
        raise ConfigError("EMAIL_CODE needs MAIL_URL: whoever has turned it on could not sign in without the mail.")
    for codes in (service.CODES, service.FIRST):
        mail.add(app, codes.kind())
    openapi.add(app, routes.email_code)
    openapi.add(app, steps.steps)
    factor = SecondFactor(
        service.NAME,
        count=service.count,
        reset=service.reset,
        is_strong=False,
        label=CODES_BY_MAIL,
        takes=CODE_LIFETIME,
        owners=service.OWNERS,
    )
    add_second_factor(app, factor)
    second_factor.add(app, service.SHOWN)
    add_confirmation(app, Confirmation(service.NAME, "code", service.count, routes.confirm))
    open_while_enrolling(app, "email_code.mail_email_code", "email_code.verify_email_code")
    on(app, CredentialsVoided, service.void)
    if settings_of(app).cookies:
        pages.add(app, "account", "email_code/section.html", "email_code/section.js", 24)
        pages.add(app, "confirm", "email_code/confirm.html", "email_code/confirm.js", 70)
        pages.add(app, "second-factor", "email_code/step.html", "email_code/step.js", 30)
