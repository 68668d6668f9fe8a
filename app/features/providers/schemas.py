"""The shapes of providers, and of the accounts at them that open one's own."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts import Identity
from app.browser.destinations import MAX_LENGTH as MAX_PLACE
from app.core import clock
from app.core.http import Schema, Text


class ProviderSchema(ma.Schema):
    name = fields.String(required=True)
    label = fields.String(required=True)
    start_url = fields.String(required=True)


class ProvidersSchema(ma.Schema):
    items = fields.List(fields.Nested(ProviderSchema), required=True)


class LocationSchema(ma.Schema):
    location = fields.String(required=True, metadata={"description": "Where the browser has to go."})


class ConnectSchema(Schema):
    next = Text(one_line=True, allow_none=True, load_default=None, validate=validate.Length(1, MAX_PLACE))


class IdentitySchema(ma.Schema):
    id = fields.UUID(required=True)
    provider = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    last_used_at = fields.DateTime(required=True)


class IdentitiesSchema(ma.Schema):
    items = fields.List(fields.Nested(IdentitySchema), required=True)
    has_password = fields.Boolean(required=True)


def show_identity(identity: Identity) -> dict[str, Any]:
    """``IdentitySchema``. The subject is the provider's business."""
    return {
        "id": str(identity.id),
        "provider": identity.provider,
        "email": identity.email,
        "created_at": clock.iso(identity.created_at),
        "last_used_at": clock.iso(identity.last_used_at),
    }
