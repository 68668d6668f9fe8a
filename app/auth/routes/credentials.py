"""Changing the password, and proving again who you are."""

from __future__ import annotations

from typing import Any

from flask import Response

from app import accounts, sessions
from app.accounts.current import SESSION_REQUIRED
from app.auth import proving
from app.auth.blueprint import auth
from app.auth.schemas import ChangePasswordSchema, ConfirmationsSchema, ConfirmSchema
from app.browser.signed_in import renewed
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.openapi import SETS_COOKIES, asks_gates
from app.core.refusals import BUSY
from app.guards import current_user, login_required, passport, require_fresh
from app.passport import AuthenticationFailed
from app.passport.strategies.jwt import TokenProof
from app.sessions import this_client
from app.sessions.signing import NO_SIGNING_KEY


@auth.post("/password")
@asks_gates
@login_required
@auth.arguments(
    ChangePasswordSchema,
    example={"current_password": "correct horse battery", "new_password": "battery staple, correct"},
)
@auth.response(204, headers=SETS_COOKIES)
@auth.refuses(AuthenticationFailed)
@auth.refuses(accounts.WRONG_PASSWORD, sessions.FRESH_REQUIRED)
@auth.refuses(NOT_FOUND, note="The account was deleted a moment ago.")
@auth.refuses(NO_SIGNING_KEY, BUSY)
def change_password(fields: dict[str, Any]) -> Response:
    """Change the password. Every other session ends; this one is replaced by a new one.

    An account that only providers open gets its first one without ``current_password``, in a fresh session.

    A program with a bearer token keeps its session: a 204 has no room for new tokens.
    """
    user = current_user()
    if fields["current_password"] is None:
        require_fresh(user)
    in_cookies = passport.proved(TokenProof).proof.location == "cookie"
    keep = user.session.id if user.session is not None and not in_cookies else None
    changed = accounts.change_password(user.id, **fields, keep=keep)
    if keep is not None:
        sessions.confirm(keep, "local")
    if in_cookies and user.session is not None:
        return renewed(accounts.renew(accounts.CurrentUser.of(changed), user.session, this_client()))
    return no_content()


@auth.get("/confirm")
@login_required
@auth.response(200, ConfirmationsSchema)
def ways_to_confirm() -> dict[str, list[str]]:
    """By what can you prove that it is still you?"""
    return {"methods": accounts.ways_to_confirm(current_user().id)}


@auth.post("/confirm")
@asks_gates
@login_required
@auth.arguments(ConfirmSchema, example={"password": "correct horse battery"})
@auth.response(204)
@auth.refuses(accounts.WRONG_PASSWORD, accounts.SECOND_FACTOR_REFUSED, accounts.WRONG_CODE, accounts.LINK_OVER)
@auth.refuses(SESSION_REQUIRED, BUSY)
def confirm(fields: dict[str, Any]) -> Response:
    """Prove it is still you: opens what asks for a fresh sign-in for FRESH_MINUTES.

    By the password, or another of the methods that you have. A second factor counts as shown then. A passkey is asked
    for with what POST /auth/passkeys/confirm/options answers; a code by mail with POST /auth/confirm/mail.
    """
    proving.confirm(current_user(), fields)
    return no_content()
