"""``recoveryCode``: what ``/auth/recovery-codes`` does for somebody signed in, over the same service."""

from __future__ import annotations

from typing import Any

from app.browser.schemas import FactorCodeSchema
from app.features.recovery_codes import service
from app.features.recovery_codes.schemas import RecoveryCodesMadeSchema, RecoveryCodesSchema
from app.guards import require_assurance
from app.trpc import Context, Router, fresh_required, login_required

rpc = Router()


@rpc.query("recoveryCode.left", output=RecoveryCodesSchema)
@login_required
def left(ctx: Context) -> dict[str, Any]:
    """How many recovery codes do you have left?"""
    return service.state_of(ctx.caller.id)


@rpc.mutation("recoveryCode.renew", output=RecoveryCodesMadeSchema)
@fresh_required
def renew(ctx: Context) -> dict[str, Any]:
    """Make a set of ten, in the place of the one before. Only this answer shows them."""
    require_assurance(ctx.caller, within="fresh", if_enrolled=True)
    return {"codes": service.renew(ctx.caller.id)}


@rpc.mutation("recoveryCode.verify", input=FactorCodeSchema)
@login_required
def verify(ctx: Context, shown: dict[str, Any]) -> None:
    """Prove it is still you, by a code: the session is fresh then, and has shown a second factor."""
    service.confirm(ctx.caller, shown["code"])
