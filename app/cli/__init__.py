"""The command line, and what ``flask shell`` opens with: what is the business of no feature."""

from flask import Flask

from app import accounts, one_time
from app import sessions as sessions_service
from app.accounts import User, identities
from app.cli import (
    auth,
    bans,  # noqa: F401 (it adds its commands to those of users)
    config,
    explain,  # noqa: F401 (it adds its command to those of auth)
    factors,  # noqa: F401 (so does this)
    lists,  # noqa: F401 (and this)
    new,
    reference,
    secrets,
    sessions,
    signing_keys,
    translations,
    types,
    users,
    why,  # noqa: F401 (so does this)
)
from app.core import cli
from app.sessions import Session


def init_app(app: Flask) -> None:
    cli.add(app, users.users, shell={"User": User, "accounts": accounts, "identities": identities})
    cli.add(
        app,
        sessions.sessions,
        prune={"sessions": sessions_service.prune, "sign-ins": one_time.prune},
        shell={"Session": Session, "sessions": sessions_service},
    )
    cli.add(app, signing_keys.signing_keys)
    cli.add(app, config.config)
    cli.add(app, secrets.secrets)
    cli.add(app, auth.auth)
    cli.add(app, types.types)
    cli.add(app, reference.reference)
    cli.add(app, new.new)
    cli.add(app, translations.translations)
