"""The page of the step. Each second factor has a section there."""

from __future__ import annotations

from flask import Blueprint, Response

from app.core.pages import page
from app.guards import public

pages = Blueprint("assurance_pages", __name__)


@pages.get("/second-factor")
@public
def second_factor() -> Response:
    """What is left of a sign-in. Its token and the person's methods are in the query."""
    return page("assurance/second-factor")
