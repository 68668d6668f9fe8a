"""``totp``: what ``/auth/totp`` does for somebody signed in, over the same service and in the same shapes."""

from __future__ import annotations

from typing import Any

from app.browser.schemas import FactorCodeSchema
from app.features.totp import service
from app.features.totp.schemas import TotpBegunSchema, TotpSchema, shown_once
from app.guards import require_assurance
from app.trpc import Context, Router, fresh_required, login_required

rpc = Router()


@rpc.query("totp.state", output=TotpSchema)
@login_required
def state(ctx: Context) -> dict[str, Any]:
    """Do you have an authenticator app, and since when?"""
    return {"confirmed_at": service.confirmed_at(ctx.caller.id)}


@rpc.mutation("totp.begin", output=TotpBegunSchema)
@fresh_required
def begin(ctx: Context) -> dict[str, Any]:
    """Set up an app, or another one in its place: ``totp.confirm`` turns it on."""
    require_assurance(ctx.caller, within="fresh", if_enrolled=True)
    return shown_once(service.begin(ctx.caller))


@rpc.mutation("totp.confirm", input=FactorCodeSchema)
@login_required
def confirm(ctx: Context, shown: dict[str, Any]) -> None:
    """Turn on the app that was set up, by a code that it shows."""
    require_assurance(ctx.caller, if_enrolled=True)
    service.finish(ctx.caller, shown["code"])


@rpc.mutation("totp.remove")
@fresh_required
def remove(ctx: Context) -> None:
    """Remove the app: it is asked for no more."""
    require_assurance(ctx.caller, within="fresh", if_enrolled=True)
    service.remove(ctx.caller.id)


@rpc.mutation("totp.verify", input=FactorCodeSchema)
@login_required
def verify(ctx: Context, shown: dict[str, Any]) -> None:
    """Prove it is still you, by a code: the session is fresh then, and has shown a second factor."""
    service.confirm(ctx.caller, shown["code"])
