"""How a trusted device looks from outside."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from app.core.http import Moment
from app.features.trusted_devices.cookie import presented
from app.features.trusted_devices.models import TrustedDevice
from app.features.trusted_devices.service import hashes_of


class TrustedDeviceSchema(ma.Schema):
    id = fields.UUID(required=True)
    user_agent = fields.String(required=True)
    created_at = Moment(required=True)
    last_used_at = Moment(required=True, allow_none=True, metadata={"description": "null: not yet."})
    expires_at = Moment(required=True)
    current = fields.Boolean(required=True, metadata={"description": "It is the browser that asks."})


class TrustedDevicesSchema(ma.Schema):
    items = fields.List(fields.Nested(TrustedDeviceSchema), required=True)


def shown(device: TrustedDevice) -> dict[str, Any]:
    """``TrustedDeviceSchema``, as the browser of this request sees it."""
    own = hashes_of(presented())
    columns = ("id", "user_agent", "created_at", "last_used_at", "expires_at")
    return {**{name: getattr(device, name) for name in columns}, "current": device.secret_hash in own}
