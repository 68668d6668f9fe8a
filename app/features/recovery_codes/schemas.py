"""The shapes of recovery codes."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from app.core.http import Moment


class RecoveryCodesSchema(ma.Schema):
    available = fields.Boolean(
        required=True,
        metadata={"description": "Is there another factor, whose place they take?"},
    )
    count = fields.Integer(required=True, metadata={"description": "How many are left."})
    made_at = Moment(required=True, allow_none=True, metadata={"description": "null: there are none."})


class RecoveryCodesMadeSchema(ma.Schema):
    """Shown this once."""

    codes = fields.List(fields.String(), required=True)
