"""``assurance``, and what ``admin`` does with second factors, over the same services as REST."""

from __future__ import annotations

import uuid
from typing import Any

from marshmallow import fields

from app import accounts
from app.accounts.roles import USERS_READ, USERS_WRITE
from app.accounts.service import managed_user
from app.core.http import Schema
from app.features.assurance import policy
from app.features.assurance.schemas import FactorsOfUserSchema, SecondFactorDutySchema
from app.guards import PROGRAMS_TOO, require_assurance
from app.trpc import Context, Router, login_required, permission_required

rpc = Router()


class FactorsOfUserRef(Schema):
    id = fields.UUID(required=True)


@rpc.query("assurance.duty", output=SecondFactorDutySchema)
@login_required
def duty(ctx: Context) -> dict[str, Any]:
    """Do you have to have a second factor, and by when? Where it is due, all else is refused."""
    return policy.shown_duty(ctx.caller)


@rpc.query("admin.secondFactors", input=FactorsOfUserRef, output=FactorsOfUserSchema)
@permission_required(USERS_READ, via=PROGRAMS_TOO)
def of_user(_ctx: Context, ref: dict[str, Any]) -> dict[str, Any]:
    """Which second factors a user has, and whether they have to have one."""
    return policy.factors_of(ref["id"])


@rpc.mutation("admin.resetFactors", input=FactorsOfUserRef)
@permission_required(USERS_WRITE)
def reset(ctx: Context, ref: dict[str, Any]) -> None:
    """Take away every second factor of a user who has lost theirs, and end their sessions."""
    require_assurance(ctx.caller, within="fresh", if_enrolled=True)
    user_id: uuid.UUID = ref["id"]
    managed_user(user_id, ctx.caller)
    accounts.reset_factors(user_id, by=ctx.caller)
