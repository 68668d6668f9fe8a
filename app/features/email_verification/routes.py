"""Proving an address over HTTP, and the page that does so. GET changes nothing: mail scanners follow every link."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Response, current_app, jsonify

from app import accounts
from app.accounts import Attempt, Brought, CurrentUser
from app.accounts.schemas import show_user
from app.browser import binding, steps
from app.browser.schemas import StepSchema
from app.browser.signed_in import complete
from app.core.errors import refusal
from app.core.http import no_content
from app.core.mail import MAIL_NOT_SET_UP
from app.core.openapi import SETS_COOKIES, Blueprint, asks_gates
from app.core.pages import page
from app.core.refusals import BUSY
from app.core.settings import of
from app.features.email_verification import service, this_browser
from app.features.email_verification.mails import PURPOSE, VERIFY
from app.features.email_verification.schemas import ResendSchema, VerifiedSchema, VerifySchema
from app.features.email_verification.service import NOT_YOUR_BROWSER, Proof, Verified
from app.features.email_verification.settings import Settings
from app.guards import current_user_or_none, optional_auth, public
from app.passport import Success
from app.passport.strategies.social import SIGN_IN_EXPIRED
from app.sessions.signing import NO_SIGNING_KEY

STEP = VERIFY
"""The step of a sign-in, and the mail that it needs, have one name."""
NOT_VERIFIED_YET = refusal(
    409,
    "not_verified_yet",
    "The address is not verified yet: open the link that was mailed to it, then send the step again.",
    for_people="Your address is not confirmed yet. Open the link in the mail, or type the code.",
)

verification = Blueprint("email_verification", __name__, url_prefix="/auth", tag="auth")
pages = PlainBlueprint("email_verification_pages", __name__)


@verification.post("/verify-email")
@asks_gates
@optional_auth
@verification.arguments(VerifySchema, example={"token": "mYw…"})
@verification.response(200, VerifiedSchema, headers=SETS_COOKIES)
@verification.alt_response(202, schema=StepSchema, description="The address is proved; a step is left to sign in.")
@verification.refuses(accounts.LINK_OVER, accounts.WRONG_CODE, accounts.WRONG_PASSWORD)
@verification.refuses(
    NOT_YOUR_BROWSER, NOT_VERIFIED_YET, SIGN_IN_EXPIRED, accounts.ACCOUNT_BANNED, NO_SIGNING_KEY, BUSY
)
def verify_email(fields: dict[str, Any]) -> Response:
    """Prove that you read an account's address, by the link or the code of the mail.

    The account keeps what is in it for whoever made it in this browser, is signed in to it, waits for this step of a
    sign-in, or gives its password. Others have it emptied (`afresh`).
    """
    if fields["step"] is None:
        return _answer(service.verify(_brought(fields), _proof(fields, _is_known_here)))
    with steps.resumed(fields["step"], STEP) as attempt:
        user = _step_taken(attempt.user, fields)
    return complete(replace(attempt, success=Success(user, STEP)))


def _brought(fields: dict[str, Any]) -> Brought:
    return Brought(token=fields["token"], code=fields["code"], handle=binding.handle(PURPOSE))


def _proof(fields: dict[str, Any], knows: Any) -> Proof:
    return Proof(knows, fields["password"], fields["afresh"])


def _is_known_here(user_id: uuid.UUID) -> bool:
    caller = current_user_or_none()
    return (caller is not None and caller.id == user_id) or this_browser.is_noted(user_id)


def _step_taken(user: CurrentUser, fields: dict[str, Any]) -> CurrentUser:
    """Who has given the password in this sign-in already needs to show nothing but the mail's secret."""
    if fields["token"] is not None or fields["code"] is not None:
        verified = service.verify(_brought(fields), _proof(fields, lambda user_id: user_id == user.id))
        user = verified.user if verified.user.id == user.id else user
    if user.email_verified_at is None:
        raise NOT_VERIFIED_YET
    return user


def _answer(verified: Verified) -> Response:
    """Whoever made the account here is signed in, where they could not be before; and whoever gave its password."""
    if verified.reset_token is not None:
        return jsonify(user=None, reset_token=verified.reset_token)
    user, caller = verified.user, current_user_or_none()
    if caller is not None and caller.id == user.id:
        return jsonify(user=show_user(user))
    if verified.by_password:
        return complete(Attempt(Success(user, STEP), done=frozenset({"local"})))
    if caller is None and of(current_app, Settings).required and this_browser.is_noted(user.id):
        return complete(Attempt(Success(user, STEP)))
    return jsonify(user=None)


@verification.post("/resend-verification")
@asks_gates
@public
@verification.arguments(ResendSchema, example={"email": "ada@example.com"})
@verification.response(204)
@verification.refuses(MAIL_NOT_SET_UP)
def resend_verification(fields: dict[str, Any]) -> Response:
    """Mail another link and code, which void those before. The answer is the same whatever the address is."""
    step = fields["step"]
    service.resend(fields["email"], steps.waiting_for(step, STEP) if step else None)
    return no_content()


@pages.get("/verify")
@public
def verify() -> Response:
    """The link of the mail, and the page of the step. Nothing happens until a button is pressed."""
    return page("email_verification/page")
