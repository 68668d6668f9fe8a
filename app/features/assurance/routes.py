"""What is asked of oneself."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from app.core.http import Moment
from app.core.openapi import Blueprint
from app.features.assurance import policy
from app.guards import current_user, login_required

assurance = Blueprint("assurance", __name__, url_prefix="/auth", tag="auth")


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


@assurance.get("/second-factor")
@login_required
@assurance.response(200, SecondFactorDutySchema)
def second_factor_duty() -> dict[str, Any]:
    """Do you have to have a second factor, and by when? Where it is due, all else is refused."""
    duty = policy.duty_of(current_user())
    return {"required": duty.is_required, "methods": duty.methods, "until": duty.until}
