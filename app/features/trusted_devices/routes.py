"""The browsers in which you are not asked for your second factor."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response

from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.openapi import SETS_COOKIES, Blueprint, needs_cookies
from app.features.trusted_devices import cookie, service
from app.features.trusted_devices.schemas import TrustedDevicesSchema, shown
from app.guards import assurance_required, current_user, login_required

trusted_devices = Blueprint("trusted_devices", __name__, url_prefix="/auth/trusted-devices", tag="auth")

LATELY = 10
"""Minutes since the second factor was shown: whoever comes later may be somebody else."""


@trusted_devices.get("")
@login_required
@trusted_devices.response(200, TrustedDevicesSchema)
def list_devices() -> dict[str, Any]:
    """The browsers in which you are not asked for your second factor, the latest first."""
    return {"items": [shown(device) for device in service.list_of(current_user().id)]}


@trusted_devices.post("")
@needs_cookies
@assurance_required("mfa", within=LATELY)
@trusted_devices.response(204, headers=SETS_COOKIES)
@trusted_devices.refuses(NOT_FOUND, note="The account was deleted a moment ago.")
def trust_this_one() -> Response:
    """Ask for no second factor in this browser, for TRUSTED_DEVICE_DAYS. You have to have shown it minutes ago.

    A sign-in here then has shown one factor: what asks for two still does.
    """
    secret = service.trust(current_user(), cookie.presented())
    response = no_content()
    cookie.keep(response, secret)
    return response


@trusted_devices.delete("/<uuid:device_id>")
@login_required
@trusted_devices.response(204)
@trusted_devices.refuses(NOT_FOUND, note="Not a device of the caller.")
def distrust(device_id: uuid.UUID) -> Response:
    """Ask for the second factor there again."""
    if not service.distrust(current_user().id, device_id):
        raise NOT_FOUND
    return no_content()


@trusted_devices.delete("")
@login_required
@trusted_devices.response(204)
def distrust_all() -> Response:
    """Ask for the second factor everywhere again."""
    service.distrust_all(current_user().id)
    return no_content()
