"""What is asked of oneself."""

from __future__ import annotations

from typing import Any

from app.core.openapi import Blueprint
from app.features.assurance import policy
from app.features.assurance.schemas import SecondFactorDutySchema
from app.guards import current_user, login_required

assurance = Blueprint("assurance", __name__, url_prefix="/auth", tag="auth")


@assurance.get("/second-factor")
@login_required
@assurance.response(200, SecondFactorDutySchema)
def second_factor_duty() -> dict[str, Any]:
    """Do you have to have a second factor, and by when? Where it is due, all else is refused."""
    return policy.shown_duty(current_user())
