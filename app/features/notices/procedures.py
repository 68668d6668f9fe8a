"""``notice``: what ``/auth/notices`` does, over the same service and in the same shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.features.notices import wishes
from app.features.notices.schemas import NoticeWishSchema, WishChangeSchema
from app.features.notices.wishes import Wish
from app.trpc import Context, Router, login_required

rpc = Router()


@rpc.query("notice.list", output=list[NoticeWishSchema])
@login_required
def list_wishes(ctx: Context) -> Sequence[Wish]:
    """The kinds of mails that you can switch off, and whether you want them."""
    return wishes.wishes_of(ctx.caller.id)


@rpc.mutation("notice.change", input=WishChangeSchema, output=list[NoticeWishSchema])
@login_required
def change_wish(ctx: Context, change: dict[str, Any]) -> Sequence[Wish]:
    """Switch a kind of mail on or off. Those about your account's safety cannot be."""
    wishes.wish(ctx.caller.id, **change)
    return wishes.wishes_of(ctx.caller.id)
