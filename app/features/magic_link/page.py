"""/magic-link: where the mail's link leads. Its script sends the token, so opening the page changes nothing.

Where no script runs, people ask for the mail and type the code on forms that the browser posts by itself.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, request

from app.browser.destinations import wish
from app.browser.signed_in import complete
from app.core import forms
from app.core.errors import Refusal, as_refusal
from app.core.openapi import read_fields
from app.core.pages import page
from app.core.places import home_place, own_path, sign_in_place
from app.features.magic_link import routes, service
from app.features.magic_link.schemas import AskForLinkFormSchema
from app.features.magic_link.strategy import MagicLinkStrategy
from app.guards import public

views = Blueprint("magic_link_page", __name__)


@views.get(service.PAGE)
@public
def open_link() -> Response:
    """Where the mail's link leads, and where a code is typed. To open it uses nothing up."""
    return _page()


@views.post(service.PAGE)
@forms.takes_forms
@public
def post_form() -> Response:
    """With a code it signs in, and without one it asks for the mail: the same as the routes do."""
    is_code = "code" in forms.fields_of(request)
    try:
        if is_code:
            success = MagicLinkStrategy().authenticate(request)
            return complete(routes.attempt(success), then=redirect(wish() or _home(), 303))
        fields = read_fields(request, AskForLinkFormSchema)
        return routes.asked({**fields, "next": wish()}, _page(asked=True))
    except Refusal as refusal:
        known = as_refusal(refusal)
        return forms.with_wait(_page(known.status, alert=_sentence(known), asked=is_code), known)


def _page(status: int = 200, *, alert: str = "", asked: bool = False) -> Response:
    return page("magic_link/page", status, alert=alert, asked=asked, again=sign_in_place(), wish=wish())


def _sentence(refusal: Refusal) -> str:
    errors = [sentence for told in (refusal.errors or {}).values() for sentence in told if isinstance(sentence, str)]
    return " ".join(errors) or refusal.for_people or refusal.message


def _home() -> str:
    return home_place() or own_path("/account" if "pages.account" in current_app.view_functions else "/")
