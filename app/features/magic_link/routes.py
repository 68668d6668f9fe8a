"""Asking for a link or a code, signing in with it, and confirming by a code that it is still you."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from app import one_time
from app.accounts import LINK_OVER, WRONG_CODE, Attempt, CurrentUser
from app.accounts.current import SESSION_REQUIRED
from app.browser import binding
from app.browser.destinations import NEXT_NOT_ALLOWED, checked_next
from app.browser.schemas import SignedInSchema, StepSchema
from app.browser.signed_in import complete
from app.core.http import no_content
from app.core.mail import MAIL_NOT_SET_UP
from app.core.openapi import SETS_COOKIES, Blueprint, asks_gates, needs_cookies
from app.features.magic_link import confirming, service
from app.features.magic_link.schemas import AskForLinkSchema, ConfirmCodeSchema, FinishLinkSchema, MailAskedSchema
from app.features.magic_link.service import OTHER_BROWSER
from app.features.magic_link.strategy import LinkProof
from app.guards import current_user, login_required, passport, public
from app.one_time.mailed import CODE_LIFETIME
from app.passport import AuthenticationFailed, Success
from app.sessions.signing import NO_SIGNING_KEY

magic_link = Blueprint("magic_link", __name__, url_prefix="/auth", tag="auth")


@magic_link.post("/magic-link")
@asks_gates
@needs_cookies
@public
@magic_link.arguments(AskForLinkSchema, example={"email": "ada@example.com", "remember": True, "next": "/account"})
@magic_link.response(202, MailAskedSchema, headers=SETS_COOKIES)
@magic_link.refuses(MAIL_NOT_SET_UP, NEXT_NOT_ALLOWED)
def ask_for_link(fields: dict[str, Any]) -> Response:
    """Have a link and a code mailed to sign in with. The answer is the same whether or not the address has an account.

    The cookie is how this browser is known again: the code works in it alone, and the link at once.
    """
    return asked(fields, jsonify(**_LIFETIMES))


_LIFETIMES = {
    "expires_in": int(service.LIFETIME.total_seconds()),
    "code_expires_in": int(CODE_LIFETIME.total_seconds()),
}


def asked(fields: dict[str, Any], answer: Response) -> Response:
    """Promise the mail. The answer is 202 with the cookie, for every address."""
    bound_to = binding.of_browser() or binding.new()
    place = checked_next(fields["next"])
    handle = one_time.handle_of(service.NAME, bound_to)
    service.ask(fields["email"], handle=handle, remember=fields["remember"], next=place)
    answer.status_code = 202
    binding.keep(answer, bound_to)
    return answer


@magic_link.post("/magic-link/finish")
@needs_cookies
@passport.authenticate(service.NAME)
@magic_link.arguments(FinishLinkSchema, example={"code": "123456"})
@magic_link.response(200, SignedInSchema, headers=SETS_COOKIES)
@magic_link.alt_response(202, schema=StepSchema, description="Who it is, is proved; a step is left to take.")
@magic_link.refuses(LINK_OVER, WRONG_CODE, AuthenticationFailed, NO_SIGNING_KEY)
@magic_link.refuses(OTHER_BROWSER, note="`facts` say whose account it is, and by what and from where it was asked for.")
def sign_in_with_link(_fields: dict[str, Any]) -> Response:
    """Sign in with the link's token, or the code. Both come once, from the same mail.

    In another browser than the one that asked, the link takes a second request, with ``confirm``.
    """
    return complete(attempt(passport.proved(LinkProof)))


def attempt(success: Success[CurrentUser, LinkProof]) -> Attempt:
    """Somebody who has used up a link or a code, and wants to come in."""
    return Attempt(success, remember=success.proof.remember)


@magic_link.post("/confirm/mail")
@asks_gates
@login_required
@magic_link.response(202, MailAskedSchema)
@magic_link.refuses(MAIL_NOT_SET_UP, SESSION_REQUIRED)
def ask_for_code() -> Response:
    """Have a code mailed to your address, to confirm with that it is still you."""
    confirming.ask(current_user())
    lasts = _LIFETIMES["code_expires_in"]
    answer = jsonify(expires_in=lasts, code_expires_in=lasts)
    answer.status_code = 202
    return answer


@magic_link.post("/confirm/code")
@asks_gates
@login_required
@magic_link.arguments(ConfirmCodeSchema, example={"code": "123456"})
@magic_link.response(204)
@magic_link.refuses(WRONG_CODE, LINK_OVER, SESSION_REQUIRED)
def confirm_by_code(fields: dict[str, Any]) -> Response:
    """Prove it is still you by the code that was mailed: the session is fresh then, as after POST /auth/confirm."""
    confirming.confirm(current_user(), fields["code"])
    return no_content()
