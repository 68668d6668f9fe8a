"""The caller's own passkeys: listed, made, named, removed."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response

from app.accounts import ASSURANCE_REQUIRED, LAST_SECOND_FACTOR, LAST_WAY_IN
from app.browser import binding
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.openapi import Blueprint, needs_cookies
from app.features.passkeys import service
from app.features.passkeys.models import Passkey
from app.features.passkeys.schemas import (
    AddOptionsSchema,
    NewPasskeySchema,
    OptionsSchema,
    PasskeyNameSchema,
    PasskeySchema,
    PasskeysSchema,
    passkeys_of,
    with_lifetime,
)
from app.guards import current_user, fresh_required, login_required, require_assurance

passkeys = Blueprint("passkeys", __name__, url_prefix="/auth/passkeys", tag="auth")


@passkeys.get("")
@needs_cookies
@login_required
@passkeys.response(200, PasskeysSchema)
def list_passkeys() -> dict[str, Any]:
    """Your passkeys, the latest first, and what a browser wants to know to forget others."""
    return passkeys_of(current_user().id)


@passkeys.post("/add/options")
@needs_cookies
@fresh_required
@passkeys.arguments(AddOptionsSchema, example={"quietly": False})
@passkeys.response(200, OptionsSchema)
@passkeys.refuses(ASSURANCE_REQUIRED)
def ask_to_add_passkey(fields: dict[str, Any]) -> dict[str, Any]:
    """What the browser makes a passkey with. Whoever has set up a second factor shows it before."""
    user = current_user()
    require_assurance(user, within="fresh", if_enrolled=True)
    return with_lifetime(service.options_to_add(user, bound_to=binding.ensured(), quietly=fields["quietly"]))


@passkeys.post("")
@needs_cookies
@fresh_required
@passkeys.arguments(NewPasskeySchema, example={"name": "Ada's phone", "credential": {"type": "public-key"}})
@passkeys.response(201, PasskeySchema)
@passkeys.refuses(service.NOT_PROVED, service.PASSKEY_EXISTS, service.TOO_MANY_PASSKEYS, ASSURANCE_REQUIRED)
@passkeys.refuses(NOT_FOUND, note="The account was deleted a moment ago.")
def add_passkey(fields: dict[str, Any]) -> Passkey:
    """Let the passkey that the browser has made open your account."""
    user = current_user()
    require_assurance(user, within="fresh", if_enrolled=True)
    return service.add(user, fields["credential"], fields["name"], bound_to=binding.ensured())


@passkeys.patch("/<uuid:passkey_id>")
@needs_cookies
@login_required
@passkeys.arguments(PasskeyNameSchema, example={"name": "Ada's phone"})
@passkeys.response(200, PasskeySchema)
@passkeys.refuses(NOT_FOUND, note="Not a passkey of the caller.")
def rename_passkey(fields: dict[str, Any], passkey_id: uuid.UUID) -> Passkey:
    """Call your passkey something else."""
    return service.rename(current_user().id, passkey_id, fields["name"])


@passkeys.delete("/<uuid:passkey_id>")
@needs_cookies
@fresh_required
@passkeys.response(204)
@passkeys.refuses(NOT_FOUND, note="Not a passkey of the caller.")
@passkeys.refuses(LAST_WAY_IN, LAST_SECOND_FACTOR, ASSURANCE_REQUIRED)
def remove_passkey(passkey_id: uuid.UUID) -> Response:
    """Let a passkey open your account no more."""
    user = current_user()
    require_assurance(user, within="fresh", if_enrolled=True)
    service.remove(user.id, passkey_id)
    return no_content()
