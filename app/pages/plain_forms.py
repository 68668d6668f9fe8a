"""Signing in and up where no script runs: the browser posts the form itself, and is sent on with the cookies."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, current_app, make_response, redirect, request, url_for

from app import accounts
from app.accounts import Attempt, CurrentUser, Step
from app.accounts.schemas import RegisterSchema
from app.browser import steps
from app.browser.destinations import wish
from app.browser.signed_in import complete
from app.core import forms
from app.core.errors import Refusal, as_refusal
from app.core.forms import Sent
from app.core.languages import gettext as _
from app.core.openapi import Blueprint
from app.core.places import home_place
from app.guards import public
from app.pages import words
from app.pages.routes import pages, sign_in_page, sign_up_page
from app.passport import Success
from app.passport.registry import strategies_of
from app.passport.strategies.local import PasswordProof

_REGISTER = RegisterSchema()

ByPassword = Success[CurrentUser, PasswordProof]


@pages.post("/sign-in")
@forms.takes_forms
@public
def post_sign_in() -> Response:
    """The same strategy and the same door as ``POST /auth/login``."""
    try:
        return _signed_in(cast(ByPassword, strategies_of(current_app)["local"].authenticate(request)))
    except Refusal as refusal:
        known = as_refusal(refusal)
        return forms.with_wait(sign_in_page(_sent(known), known.status), known)


@pages.post("/sign-up")
@forms.takes_forms
@public
def post_sign_up() -> Response:
    """Make the account, and sign in to it. What only the second refuses is said where it can be tried again."""
    try:
        fields: dict[str, Any] = Blueprint.ARGUMENTS_PARSER.parse(_REGISTER, request, location="json")
        user = accounts.sign_up(**fields)
        if isinstance(user, Step):
            return make_response(redirect(steps.place_for(user, _then()), 303))
    except Refusal as refusal:
        known = as_refusal(refusal)
        return forms.with_wait(sign_up_page(_sent(known), known.status), known)
    try:
        return _signed_in(Success(CurrentUser.of(user), "local", PasswordProof()))
    except Refusal as refusal:
        known = as_refusal(refusal)
        why = words.sentence(known.code, known.message)
        alert = _("Your account is made, but signing in did not work: %(why)s") % {"why": why}
        action = url_for("pages.sign_in", next=wish())
        return sign_in_page(Sent({"email": user.email}, alert=alert, action=action), known.status)


def _signed_in(success: ByPassword) -> Response:
    attempt = Attempt(success, remember=success.proof.remember)
    return complete(attempt, then=redirect(_then(), 303))


def _then() -> str:
    return wish() or home_place() or url_for("pages.account")


def _sent(refusal: Refusal) -> Sent:
    """The form as it was, with what is wrong beside its fields, or above them."""
    fields = forms.fields_of(request)
    errors = {"email": [refusal.message]} if isinstance(refusal, accounts.EMAIL_TAKEN) else refusal.errors
    problems = words.problems(errors, fields)
    kept = {name: value for name, value in fields.items() if name != "password"}
    alert = "" if problems else words.sentence(refusal.code, refusal.message)
    return Sent(kept, problems, alert)
