"""What people want to be mailed, and "this wasn't me"; and the pages of links in mails. Opening one changes nothing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint as Pages
from flask import Response, current_app, request

from app.accounts import LINK_OVER
from app.core.errors import NOT_FOUND
from app.core.openapi import Blueprint, asks_gates
from app.core.origin import from_anywhere
from app.core.pages import page
from app.features.notices import rescue, wishes
from app.features.notices.schemas import NoticeWishesSchema, NotMeSchema, SecuredSchema, WishChangeSchema
from app.guards import current_user, login_required, public

notices = Blueprint("notices", __name__, url_prefix="/auth", tag="auth")
pages = Pages("notice_pages", __name__)


@notices.get("/notices")
@login_required
@notices.response(200, NoticeWishesSchema)
def list_wishes() -> dict[str, Any]:
    """The kinds of mails that you can switch off, and whether you want them."""
    return {"items": wishes.wishes_of(current_user().id)}


@notices.patch("/notices")
@login_required
@notices.arguments(WishChangeSchema, example={"kind": "api_key_expires", "wanted": False})
@notices.response(200, NoticeWishesSchema)
@notices.refuses(NOT_FOUND, note="No such kind of mail, or one that cannot be switched off.")
def change_wish(change: dict[str, Any]) -> dict[str, Any]:
    """Switch a kind of mail on or off. Those about your account's safety cannot be."""
    wishes.wish(current_user().id, **change)
    return {"items": wishes.wishes_of(current_user().id)}


@notices.post("/not-me")
@asks_gates
@public
@notices.arguments(NotMeSchema)
@notices.response(200, SecuredSchema)
@notices.refuses(LINK_OVER)
def secure(brought: dict[str, Any]) -> dict[str, Any]:
    """Take an account back, by the link of a notice: everybody is signed out, and nothing old opens it any more."""
    return {"reset_token": rescue.secure(brought["token"])}


@pages.get("/not-me")
@public
def not_me_page() -> Response:
    """Where it leads on to is of another feature, which may be left out, or have a page elsewhere."""
    may_reset = any(rule.rule == "/reset-password" for rule in current_app.url_map.iter_rules())
    return page("notices/not-me", may_reset=may_reset)


@pages.get("/unsubscribe")
@public
def unsubscribe_page() -> Response:
    """The link of the mail leads here: a button switches such mails off."""
    _, kind = wishes.meant_by(request.args.get("token", ""))
    return page("notices/unsubscribe", about=wishes.optional_kinds()[kind], done=False)


@pages.post("/unsubscribe")
@from_anywhere
@public
def unsubscribe() -> Response:
    """Sent by the form of the page, or by a mail program (RFC 8058): the link itself is what allows it."""
    return page("notices/unsubscribe", about=wishes.end(request.args.get("token", "")), done=True)
