"""The shapes of codes by mail."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from app.core.http import Moment


class EmailCodeSchema(ma.Schema):
    since = Moment(required=True, allow_none=True, metadata={"description": "Since when it is on; null: it is off."})
    offered = fields.Boolean(
        required=True,
        metadata={"description": "Is it asked for? Not while something stronger is, or the address is not verified."},
    )
