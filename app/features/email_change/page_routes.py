"""The pages that the links lead to. They show, and change nothing: the person's click does."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from app.core.pages import page
from app.guards import public

pages = Blueprint("email_change_pages", __name__)

RESET_PAGE = "reset-password"


@pages.get("/change-email")
@public
def change() -> Response:
    """The link of the mail to the new address leads here: a button proves it."""
    return page("email_change/confirm_page")


@pages.get("/undo-email-change")
@public
def undo() -> Response:
    """The link of the mail to the former address leads here: a button takes the account back."""
    paths = {rule.rule for rule in current_app.url_map.iter_rules()}
    return page("email_change/undo_page", reset_page=RESET_PAGE if f"/{RESET_PAGE}" in paths else None)
