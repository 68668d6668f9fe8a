"""The shapes of setting up an authenticator app, and of its codes."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from app.core.http import Moment
from app.features.totp.codes import picture
from app.features.totp.service import LIFETIME, Begun


class TotpSchema(ma.Schema):
    confirmed_at = Moment(
        required=True, allow_none=True, metadata={"description": "Since when there is an app; null: there is none."}
    )


class PictureSchema(ma.Schema):
    size = fields.Integer(required=True, metadata={"description": "Modules of one side, with the light border."})
    path = fields.String(required=True, metadata={"description": "The `d` of an SVG path: what is dark."})


class TotpBegunSchema(ma.Schema):
    """Shown this once."""

    secret = fields.String(required=True, metadata={"description": "For typing: base32."})
    uri = fields.String(required=True, metadata={"description": "otpauth://… for the app."})
    qr = fields.Nested(PictureSchema, required=True, metadata={"description": "The same as a QR code."})
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds until it has to be confirmed."})


def shown_once(begun: Begun) -> dict[str, Any]:
    """``TotpBegunSchema``."""
    expires_in = int(LIFETIME.total_seconds())
    return {"secret": begun.secret.text, "uri": begun.uri, "qr": picture(begun.uri), "expires_in": expires_in}
