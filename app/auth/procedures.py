"""``auth``: who calls. Signing in and out is REST: it sets cookies (docs/trpc.md)."""

from __future__ import annotations

from app.accounts import CurrentUser
from app.accounts.schemas import UserSchema
from app.trpc import Context, Router, public

rpc = Router()


@rpc.query("auth.whoami", output=UserSchema | None)
@public
def whoami(ctx: Context) -> CurrentUser | None:
    """Who is signed in, or null: never UNAUTHORIZED."""
    return ctx.user
