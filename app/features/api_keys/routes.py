"""The caller's own API keys. Only a signed-in session manages them: a key cannot make another.

And those of others, for whoever looks after the users: which there are, and the end of one.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify

from app import accounts
from app.accounts import ASSURANCE_REQUIRED, ROLE_ABOVE_YOURS
from app.accounts.roles import USERS_READ, USERS_WRITE
from app.accounts.service import managed_user
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.openapi import Blueprint
from app.features.api_keys import service
from app.features.api_keys.schemas import KeysSchema, NewKeySchema, ShownOnceSchema, shown_once
from app.guards import (
    PROGRAMS_TOO,
    current_user,
    fresh_required,
    login_required,
    permission_required,
    require_assurance,
)

keys = Blueprint("api_keys", __name__, url_prefix="/auth/keys", tag="auth")
of_users = Blueprint("api_keys_of_users", __name__, url_prefix="/api/users", tag="api")


@keys.get("")
@login_required
@keys.response(200, KeysSchema)
def list_keys() -> dict[str, Any]:
    """Your keys that can still be used, the latest first."""
    return {"items": service.list_keys(current_user().id)}


@keys.post("")
@fresh_required
@keys.arguments(NewKeySchema, example={"name": "nightly backup", "expires_in_days": 90})
@keys.response(201, ShownOnceSchema)
@keys.refuses(NOT_FOUND, note="The account was deleted a moment ago.")
@keys.refuses(service.TOO_MANY_KEYS, service.OWNER_DISABLED, ASSURANCE_REQUIRED)
def create_key(fields: dict[str, Any]) -> tuple[Response, int]:
    """Make a key for a program. This answer alone shows it. Whoever has set up a second factor shows it before."""
    require_assurance(current_user(), within="fresh", if_enrolled=True)
    key, text = service.create(current_user().id, **fields)
    return jsonify(shown_once(key, text)), 201


@keys.delete("/<uuid:key_id>")
@login_required
@keys.response(204)
@keys.refuses(NOT_FOUND, note="Not a key of the caller, or revoked already.")
def revoke_key(key_id: uuid.UUID) -> Response:
    """End a key, from its next request on."""
    if not service.revoke(current_user().id, key_id):
        raise NOT_FOUND
    return no_content()


@of_users.get("/<uuid:user_id>/keys")
@permission_required(USERS_READ, via=PROGRAMS_TOO)
@of_users.response(200, KeysSchema)
@of_users.refuses(NOT_FOUND, note="No such user.")
def list_keys_of_user(user_id: uuid.UUID) -> dict[str, Any]:
    """The keys of a user that can still be used, the latest first."""
    return {"items": service.list_keys(accounts.get(user_id).id)}


@of_users.delete("/<uuid:user_id>/keys/<uuid:key_id>")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@of_users.response(204)
@of_users.refuses(ROLE_ABOVE_YOURS)
@of_users.refuses(NOT_FOUND, note="No such user, or not a key of theirs, or revoked already.")
def revoke_key_of_user(user_id: uuid.UUID, key_id: uuid.UUID) -> Response:
    """End a key of a user, from its next request on. They are mailed about it."""
    if not service.revoke(managed_user(user_id, current_user()).id, key_id):
        raise NOT_FOUND
    return no_content()
