"""The pages /forgot-password and /reset-password, and their forms where no script runs."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app import accounts
from app.accounts import passwords
from app.browser.destinations import wish
from app.core import forms, languages, mail
from app.core.errors import Refusal, as_refusal
from app.core.forms import NOTHING_SENT, Sent
from app.core.openapi import Blueprint as ApiBlueprint
from app.core.pages import page
from app.features.password_reset.routes import asked, brought
from app.features.password_reset.schemas import ForgottenSchema, ResetSchema
from app.guards import public

reset_pages = Blueprint("password_reset_pages", __name__)

_FORGOTTEN, _RESET = ForgottenSchema(), ResetSchema()


@reset_pages.get("/forgot-password")
@public
def forgot_page() -> Response:
    """It asks for nothing: the form does."""
    mail.require_configured()
    return _page("forgot")


@reset_pages.get("/reset-password")
@public
def reset_page() -> Response:
    """Where the mail's link leads. To open it changes nothing: mail scanners do, too."""
    return _page("reset")


@reset_pages.post("/forgot-password")
@forms.takes_forms
@public
def post_forgot() -> Response:
    """The same as ``POST /auth/forgot-password``, and then the form for the code."""
    try:
        email = ApiBlueprint.ARGUMENTS_PARSER.parse(_FORGOTTEN, request, location="json")["email"]
        return asked(email, _page("reset", asked=True))
    except Refusal as refusal:
        return _refused("forgot", refusal)


@reset_pages.post("/reset-password")
@forms.takes_forms
@public
def post_reset() -> Response:
    """The same as ``POST /auth/reset-password``: with the code, as the link's secret needs a script."""
    try:
        fields = ApiBlueprint.ARGUMENTS_PARSER.parse(_RESET, request, location="json")
        accounts.reset_password(brought(fields.get("token"), fields.get("code")), fields["password"])
    except Refusal as refusal:
        return _refused("reset", refusal)
    return _page("reset", done=True)


def _page(name: str, status: int = 200, sent: Sent = NOTHING_SENT, **facts: bool) -> Response:
    return page(f"password_reset/{name}", status, sent=sent, passwords=passwords, wish=wish(), **facts)


def _refused(name: str, refusal: Refusal) -> Response:
    """The form as it was, with what is wrong beside its fields, or above them."""
    known, fields = as_refusal(refusal), forms.fields_of(request)
    problems = {
        each: " ".join(languages.sentence(str(each)) for each in what)
        if fields.get(each)
        else ""  # an empty one: the page knows what belongs there
        for each, what in (known.errors or {}).items()
    }
    kept = {each: value for each, value in fields.items() if each in {"email", "code"}}
    alert = "" if problems else languages.sentence(known.for_people or known.message)
    return forms.with_wait(_page(name, known.status, Sent(kept, problems, alert)), known)
