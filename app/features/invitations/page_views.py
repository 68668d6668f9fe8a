"""The page that the link in the mail opens. It is the same for everybody: its script asks what the link is for."""

from __future__ import annotations

from flask import Blueprint, Response

from app.accounts import passwords
from app.core.pages import page
from app.guards import public

pages = Blueprint("invitation_page", __name__)


@pages.get("/invitation")
@public
def invitation() -> Response:
    """The link of the mail leads here: whoever is invited makes their account."""
    return page("invitations/invitation", passwords=passwords)
