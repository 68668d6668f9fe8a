"""The caller's own API keys. Only a signed-in session manages them: a key cannot make another."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify

from app.accounts import ASSURANCE_REQUIRED
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.openapi import Blueprint
from app.features.api_keys import service
from app.features.api_keys.schemas import KeysSchema, NewKeySchema, ShownOnceSchema, shown_once
from app.guards import current_user, fresh_required, login_required, require_assurance

keys = Blueprint("api_keys", __name__, url_prefix="/auth/keys", tag="auth")


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
