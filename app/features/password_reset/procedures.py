"""``admin.sendPasswordReset``, over the same service as REST. People who forgot theirs need the browser's cookie."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.accounts.roles import USERS_WRITE
from app.core.http import Schema
from app.features.password_reset import service
from app.guards import PROGRAMS_TOO
from app.trpc import Context, Router, permission_required

rpc = Router()


class ResetOfUserSchema(Schema):
    id = fields.UUID(required=True)


@rpc.mutation("admin.sendPasswordReset", input=ResetOfUserSchema)
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
def send_password_reset(ctx: Context, ref: dict[str, Any]) -> None:
    """Mail somebody a link with which they set a new password."""
    service.send_for(ref["id"], ctx.caller)
