"""The shapes of personal access tokens: how they are asked for and how they look."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts import PERMISSIONS
from app.accounts.fields import name_field
from app.core.choices import OneOf
from app.core.http import Moment, Schema
from app.features.api_keys import service
from app.features.api_keys.models import ApiKey


class NewKeySchema(Schema):
    name = name_field(required=True)
    scopes = fields.List(
        fields.String(validate=OneOf(PERMISSIONS)),
        load_default=[],
        metadata={"description": "Permissions of your role that the key may use; none by default."},
    )
    expires_in_days = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=service.DEFAULT_DAYS,
        validate=validate.Range(1, service.MAX_DAYS),
        metadata={"description": "null: it does not expire."},
    )


class KeySchema(ma.Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True, attribute="scope_names")
    created_at = Moment(required=True)
    expires_at = Moment(required=True, allow_none=True)
    last_used_at = Moment(required=True, allow_none=True, metadata={"description": "To the minute."})
    hint = fields.String(required=True, metadata={"description": "How the key's text begins."})


class KeysSchema(ma.Schema):
    items = fields.List(fields.Nested(KeySchema), required=True)


class ShownOnceSchema(KeySchema):
    key = fields.String(required=True, metadata={"description": "The key itself, which is never shown again."})


def shown_once(key: ApiKey, text: str) -> dict[str, Any]:
    """``ShownOnceSchema``: a key with its text, which the row does not have."""
    return {**KeySchema().dump(key), "key": text}
