"""Passkeys: keys in one's device, which sign in without a password, and count as two factors."""

from flask import Flask

from app import trpc
from app.accounts import (
    Confirmation,
    SecondFactor,
    WayIn,
    add_confirmation,
    add_export,
    add_second_factor,
    add_way_in,
    open_while_enrolling,
)
from app.accounts.events import AccountSecured, CredentialsVoided
from app.browser import second_factor
from app.core import client, openapi, pages, typescript
from app.core.events import on
from app.core.settings import read, settings_of
from app.features.passkeys import models, procedures, proving, relying_party, service
from app.features.passkeys.events import PASSKEY
from app.features.passkeys.newcomers import newcomers
from app.features.passkeys.proving import NAME
from app.features.passkeys.routes import passkeys
from app.features.passkeys.schemas import OptionsSchema, PasskeySchema, PasskeysSchema
from app.features.passkeys.settings import Settings
from app.features.passkeys.strategy import SHOWN, PasskeyStrategy
from app.features.passkeys.ways import confirm, ways, well_known
from app.guards import passport
from app.sessions import add_method


def init_app(app: Flask) -> None:
    """Raises ConfigError for a domain that cannot be."""
    for name, read_own in models.EXPORTS.items():
        add_export(app, name, read_own)
    asked_for = read(app, Settings).asked_for
    relying_party.check(app)
    add_method(app, NAME, ("pop", "user"), ("possession", "inherence"))
    for blueprint in (passkeys, ways, newcomers, well_known):
        openapi.add(app, blueprint)
    open_while_enrolling(app, "passkeys", "passkey_ways", "trpc.passkey")
    client.add(app, "passkeys")
    typescript.add(app, Passkey=PasskeySchema, Passkeys=PasskeysSchema, PasskeyOptions=OptionsSchema)
    on(app, CredentialsVoided, _void)
    if not settings_of(app).cookies:
        passport.off(app, NAME)
        return
    passport.use(app, PasskeyStrategy(proving.recognised))
    second_factor.add(app, SHOWN)
    trpc.add(app, procedures.rpc)
    add_way_in(app, WayIn(NAME, service.count))
    factor = SecondFactor(NAME, service.count, service.remove_all, asks=asked_for, label=PASSKEY, owners=service.OWNERS)
    add_second_factor(app, factor)
    add_confirmation(app, Confirmation(NAME, "credential", service.count, confirm))
    pages.add(app, "sign-in", "passkeys/sign-in.html", "passkeys/sign-in.js", 10)
    pages.add(app, "new-account", "passkeys/sign-up.html", "passkeys/sign-up.js", 10, of="passwords")
    pages.add(app, "account", "passkeys/section.html", "passkeys/section.js", 25)
    pages.add(app, "second-factor", "passkeys/second-factor.html", "passkeys/second-factor.js", 10)
    pages.add(app, "confirm", "passkeys/confirm.html", "passkeys/confirm.js", 30)


def _void(voided: CredentialsVoided) -> None:
    if voided.user_id is not None:
        service.remove_all(voided.user_id, voided.since if isinstance(voided, AccountSecured) else None)
