"""Recovery codes: ten for when the second factor is lost, each good once."""

from dataclasses import replace

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
from app.accounts.events import CredentialRemoved, CredentialsVoided
from app.browser import second_factor
from app.core import client, openapi, pages, typescript
from app.core.events import on
from app.features.recovery_codes import models, procedures, routes, service
from app.features.recovery_codes.events import RECOVERY_CODES
from app.features.recovery_codes.schemas import RecoveryCodesMadeSchema, RecoveryCodesSchema
from app.sessions import add_method


def init_app(app: Flask) -> None:
    add_export(app, "recovery_codes", models.EXPORT)
    openapi.add(app, routes.recovery_codes)
    trpc.add(app, procedures.rpc)
    client.add(app, "recovery_codes")
    typescript.add(app, RecoveryCodes=RecoveryCodesSchema, RecoveryCodesMade=RecoveryCodesMadeSchema)
    add_method(app, service.NAME, ("otp",), ("possession",))
    codes = SecondFactor(service.NAME, service.count, service.reset, stands_alone=False, label=RECOVERY_CODES)
    add_second_factor(app, replace(codes, owners=service.OWNERS))
    second_factor.add(app, service.SHOWN)
    add_confirmation(app, Confirmation(service.NAME, "code", service.count, service.confirm))
    open_while_enrolling(app, "recovery_codes", "trpc.recoveryCode")
    on(app, CredentialRemoved, service.leave_with_the_last)
    on(app, CredentialsVoided, service.void)
    pages.add(app, "account", "recovery_codes/section.html", "recovery_codes/section.js", 23)
    pages.add(app, "confirm", "recovery_codes/confirm.html", "recovery_codes/confirm.js", 80)
    pages.add(app, "second-factor", "recovery_codes/step.html", "recovery_codes/step.js", 80)
