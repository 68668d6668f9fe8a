"""What is asked of oneself, and what somebody else has, as it looks from outside."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from app.core.http import Moment


class SecondFactorDutySchema(ma.Schema):
    required = fields.Boolean(required=True, metadata={"description": "By REQUIRE_SECOND_FACTOR, of your role."})
    methods = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Those that you have set up; none where they are not enough."},
    )
    until = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "How long you may go on without one; null: not at all, or nothing is asked of you."},
    )


class FactorsOfUserSchema(ma.Schema):
    required = fields.Boolean(required=True, metadata={"description": "By REQUIRE_SECOND_FACTOR, of their role."})
    methods = fields.List(fields.String(), required=True, metadata={"description": "Those that they have set up."})
