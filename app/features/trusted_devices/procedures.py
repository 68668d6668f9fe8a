"""``trustedDevice``: what ``/auth/trusted-devices`` does. Trusting this browser is REST: it sets a cookie."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.core.errors import NOT_FOUND
from app.core.http import Schema
from app.features.trusted_devices import service
from app.features.trusted_devices.schemas import TrustedDevicesSchema, shown
from app.trpc import Context, Router, login_required

rpc = Router()


class TrustedDeviceRef(Schema):
    id = fields.UUID(required=True)


@rpc.query("trustedDevice.list", output=TrustedDevicesSchema)
@login_required
def list_devices(ctx: Context) -> dict[str, Any]:
    """The browsers in which you are not asked for your second factor, the latest first."""
    return {"items": [shown(device) for device in service.list_of(ctx.caller.id)]}


@rpc.mutation("trustedDevice.revoke", input=TrustedDeviceRef)
@login_required
def revoke(ctx: Context, ref: dict[str, Any]) -> None:
    """Ask for the second factor there again."""
    if not service.distrust(ctx.caller.id, ref["id"]):
        raise NOT_FOUND


@rpc.mutation("trustedDevice.revokeAll")
@login_required
def revoke_all(ctx: Context) -> None:
    """Ask for the second factor everywhere again."""
    service.distrust_all(ctx.caller.id)
