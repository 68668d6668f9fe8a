"""The shapes of providers, and of the accounts at them that open one's own."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from app.browser.destinations import MAX_LENGTH as MAX_PLACE
from app.core.http import Moment, Schema, Text


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
    """The subject is the provider's business."""

    id = fields.UUID(required=True)
    provider = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True)
    last_used_at = Moment(required=True)


class IdentitiesSchema(ma.Schema):
    items = fields.List(fields.Nested(IdentitySchema), required=True)
    has_password = fields.Boolean(required=True)
