"""The caller's own API keys. Only a signed-in session manages them: a key cannot make another."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify

from app.accounts import api_keys
from app.auth.blueprint import auth
from app.auth.key_schemas import KeysSchema, NewKeySchema, ShownOnceSchema, show_key
from app.core.errors import not_found
from app.core.http import no_content
from app.guards import current_user, fresh_required, login_required


@auth.get("/keys")
@login_required
@auth.response(200, KeysSchema)
def list_keys() -> Response:
    """Your keys that can still be used, the latest first."""
    return jsonify(items=[show_key(key) for key in api_keys.list_keys(current_user().id)])


@auth.post("/keys")
@fresh_required
@auth.arguments(NewKeySchema, example={"name": "nightly backup", "expires_in_days": 90})
@auth.response(201, ShownOnceSchema)
@auth.alt_response(404, description="The account was deleted a moment ago.")
@auth.alt_response(409, "too_many_keys", "account_disabled")
def create_key(fields: dict[str, Any]) -> tuple[Response, int]:
    """Make a key for a program. This answer alone shows it."""
    key, text = api_keys.create(current_user().id, **fields)
    return jsonify(show_key(key) | {"key": text}), 201


@auth.delete("/keys/<uuid:key_id>")
@login_required
@auth.response(204)
@auth.alt_response(404, description="Not a key of the caller, or revoked already.")
def revoke_key(key_id: uuid.UUID) -> Response:
    """End a key, from its next request on."""
    if not api_keys.revoke(current_user().id, key_id):
        raise not_found()
    return no_content()
