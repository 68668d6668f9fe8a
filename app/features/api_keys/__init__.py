"""API keys: with one of their keys a person's program acts for them, within the key's scopes."""

from __future__ import annotations

import uuid

from flask import Flask, current_app

from app.accounts import Claimed, CurrentUser, add_export, ask_gates
from app.accounts.events import CredentialsVoided, PasswordReset
from app.core import cli, client, explaining, mail, openapi, pages, typescript
from app.core.events import on
from app.core.settings import of, read
from app.features.api_keys import commands, models, reminders, routes, service
from app.features.api_keys.explained import EXPLAINER
from app.features.api_keys.schemas import KeySchema, ShownOnceSchema
from app.features.api_keys.settings import Settings
from app.guards import PROGRAMS, passport
from app.passport.strategies.api_key import ApiKeyStrategy


def init_app(app: Flask) -> None:
    add_export(app, "api_keys", models.EXPORT)
    read(app, Settings)
    passport.use(app, ApiKeyStrategy(_whose_key), groups=(PROGRAMS,))
    openapi.add(app, routes.keys)
    openapi.add(app, routes.of_users)
    explaining.add(app, EXPLAINER)
    cli.add(app, commands.keys, prune={"API keys": service.prune}, shell={"api_keys": service})
    pages.add(app, "account", "api_keys/section.html", "api_keys/section.js", 50)
    pages.add(app, "person", "api_keys/person.html", "api_keys/person.js", 27)
    client.add(app, "api_keys")
    mail.add(app, reminders.KIND)
    on(app, CredentialsVoided, _void)
    on(app, PasswordReset, _void_with_password)
    typescript.add(app, Key=KeySchema, KeyShownOnce=ShownOnceSchema)


def _void(voided: CredentialsVoided) -> None:
    if voided.user_id is not None:
        service.revoke_all(voided.user_id)


def _void_with_password(reset: PasswordReset) -> None:
    if reset.user_id is not None and of(current_app, Settings).end_with_reset:
        service.revoke_all(reset.user_id)


def _whose_key(key_id: uuid.UUID, secret: str) -> CurrentUser | None:
    """Whose key it is, or None. The gates are asked about wrong ones only: a right one waits for nobody."""
    user = service.verify(key_id, secret)
    if user is None:
        ask_gates(Claimed(way=ApiKeyStrategy.name, what="wrong secret"))
    return user
