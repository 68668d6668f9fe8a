"""``auth``: who calls. Signing in and out is REST: it sets cookies (docs/trpc.md)."""

from __future__ import annotations

from typing import Any

from app.accounts import CurrentUser
from app.accounts.schemas import UserSchema
from app.auth import proving
from app.auth.schemas import ConfirmSchema
from app.trpc import Context, Router, login_required, public

rpc = Router()


class Proof(ConfirmSchema):
    """By the name that clients import."""


@rpc.query("auth.whoami", output=UserSchema | None)
@public
def whoami(ctx: Context) -> CurrentUser | None:
    """Who is signed in, or null: never UNAUTHORIZED."""
    return ctx.user


@rpc.mutation("auth.confirm", input=Proof)
@login_required
def confirm(ctx: Context, proof: dict[str, Any]) -> None:
    """Prove it is still you, by the password or another of your methods: the session is fresh then."""
    proving.confirm(ctx.caller, proof)
