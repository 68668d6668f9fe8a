"""Signing in and up where no script runs: the browser posts the form itself, and is sent on with the cookies."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, current_app, make_response, redirect, request, url_for

from app import accounts
from app.accounts.current import CurrentUser
from app.accounts.schemas import RegisterSchema
from app.browser.presented import presented_session
from app.core import forms
from app.core.errors import Refusal, as_refusal
from app.core.openapi import Blueprint
from app.guards import public
from app.pages import words
from app.pages.routes import Sent, pages, sign_in_page, sign_up_page, wish
from app.passport import Success
from app.passport.registry import strategies_of
from app.passport.strategies.local import PasswordProof
from app.sessions import cookies, this_client
from app.sessions.tokens import issue

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
        return sign_in_page(_sent(known), known.status)


@pages.post("/sign-up")
@forms.takes_forms
@public
def post_sign_up() -> Response:
    """Make the account, and sign in to it. What only the second refuses is said where it can be tried again."""
    try:
        fields: dict[str, Any] = Blueprint.ARGUMENTS_PARSER.parse(_REGISTER, request, location="json")
        user = accounts.register(**fields)
    except Refusal as refusal:
        known = as_refusal(refusal)
        return sign_up_page(_sent(known), known.status)
    try:
        return _signed_in(Success(CurrentUser.of(user), "local", PasswordProof()))
    except Refusal as refusal:
        known = as_refusal(refusal)
        why = words.sentence(known.code, known.message)
        alert = f"Your account is made, but signing in did not work: {why}"
        action = url_for("pages.sign_in", next=wish())
        return sign_in_page(Sent({"email": user.email}, alert=alert, action=action), known.status)


def _signed_in(success: ByPassword) -> Response:
    remember = success.proof.remember
    signed_in = accounts.sign_in(success, client=this_client(), remember=remember, replacing=presented_session())
    response = make_response(redirect(wish() or url_for("pages.account"), 303))
    cookies.write(response, issue(signed_in.user, signed_in.session), remember=remember)
    return response


def _sent(refusal: Refusal) -> Sent:
    """The form as it was, with what is wrong beside its fields, or above them."""
    fields = forms.fields_of(request)
    errors = {"email": [refusal.message]} if isinstance(refusal, accounts.EMAIL_TAKEN) else refusal.errors
    problems = words.problems(errors, fields)
    kept = {name: value for name, value in fields.items() if name != "password"}
    alert = "" if problems else words.sentence(refusal.code, refusal.message)
    return Sent(kept, problems, alert)
