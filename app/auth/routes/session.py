"""Registering, signing in, refreshing, signing out, and asking who is signed in."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from app import accounts, sessions
from app.accounts import Attempt, User
from app.accounts.schemas import RegisterSchema, UserSchema, show_user
from app.auth.blueprint import auth
from app.auth.refresh_strategy import Renewal
from app.auth.schemas import LoginSchema, SessionStateSchema, SignOutEverywhereSchema, show_actor, show_session
from app.browser import steps
from app.browser.presented import end_presented_sessions, presented_csrf
from app.browser.schemas import NextStepSchema, SignedInSchema, StepSchema
from app.browser.signed_in import complete, with_cookies, without_cookies
from app.core import clock, forms
from app.core.forms import CONTENT_TYPE as FORM
from app.core.http import no_content
from app.core.openapi import CLEARS_COOKIES, SETS_COOKIES, asks_gates, needs_cookies
from app.core.refusals import BUSY
from app.guards import current_user, current_user_or_none, login_required, optional_auth, passport, public
from app.passport.csrf import CSRF_HEADER, CSRF_INVALID, CSRF_MISSING
from app.passport.strategies.jwt import TokenProof
from app.passport.strategies.local import PasswordProof
from app.sessions.signing import NO_SIGNING_KEY

SOMEBODY = {"email": "ada@example.com", "password": "correct horse battery"}
"""As the documents show it."""


@auth.post("/register")
@asks_gates
@public
@auth.arguments(RegisterSchema, example=SOMEBODY | {"name": "Ada"})
@auth.response(201, UserSchema)
@auth.alt_response(202, schema=NextStepSchema, description="The address's reader is told what has come of it.")
@auth.refuses(accounts.EMAIL_TAKEN, accounts.REGISTRATION_CLOSED, accounts.INVITATION_REQUIRED, BUSY)
def register(fields: dict[str, Any]) -> User | Response:
    """Create an account. It signs nobody in.

    Where addresses have to be verified, the answer is 202 for a new address and for a taken one.
    """
    made = accounts.sign_up(**fields)
    return made if isinstance(made, User) else steps.next_step(made)


@auth.post("/login")
@needs_cookies
@forms.takes_forms
@passport.authenticate("local")
@auth.doc(
    requestBody={
        "required": True,
        "content": {kind: {"schema": LoginSchema, "example": SOMEBODY} for kind in ("application/json", FORM)},
    }
)
@auth.response(200, SignedInSchema, headers=SETS_COOKIES)
@auth.alt_response(202, schema=StepSchema, description="Who it is, is proved; a step is left to take.")
@auth.refuses(accounts.ACCOUNT_BANNED, NO_SIGNING_KEY, BUSY)
def login() -> Response:
    """Sign in with an e-mail address and a password. The answer sets the cookies.

    A form must come from a page of ours: its ``Origin`` says so. Programs send JSON.
    """
    success = passport.proved(PasswordProof)  # the strategy has read the body, by the schema above
    return complete(Attempt(success, remember=success.proof.remember))


@auth.post("/refresh")
@needs_cookies
@passport.authenticate("refresh")
@auth.response(200, SignedInSchema, headers=SETS_COOKIES)
@auth.refuses(NO_SIGNING_KEY)
def refresh() -> Response:
    """Exchange the refresh cookie for new cookies. Tabs that do it at once get the same successor."""
    success = passport.proved(Renewal)
    return with_cookies(success.user, success.proof.session, remember=success.user.own_session().remember)


@auth.post("/logout")
@public
@auth.response(204, headers=CLEARS_COOKIES)
@auth.refuses(CSRF_MISSING, CSRF_INVALID)
def logout() -> Response:
    """End this session, also with an expired access token, and clear the cookies. Idempotent."""
    return without_cookies() if end_presented_sessions("signed_out") else no_content()


@auth.post("/logout-all")
@login_required
@auth.arguments(SignOutEverywhereSchema)
@auth.response(204, headers=CLEARS_COOKIES)
def logout_all(fields: dict[str, Any]) -> Response:
    """End every session of the caller: this one too, or with ``keep_current`` all the others."""
    user = current_user()
    keep = user.own_session().id if fields["keep_current"] else None
    sessions.revoke_all(user.id, "signed_out_everywhere", except_id=keep)
    return without_cookies() if keep is None else no_content()


@auth.get("/session")
@optional_auth
@auth.response(200, SessionStateSchema, headers={CSRF_HEADER: CSRF_HEADER})
def session_state() -> Response:
    """Who is signed in, or ``{"user": null}``: what a page asks first. Never 401."""
    user = current_user_or_none()
    if user is None:
        response = jsonify(user=None)
    elif user.session is None:
        response = jsonify(user=show_user(user))
    else:
        expires_at = passport.proved(TokenProof).proof.claims["exp"]
        response = jsonify(
            user=show_user(user),
            session=show_session(user.session),
            expires_in=max(int(expires_at - clock.now().timestamp()), 0),
            **show_actor(user.actor),
        )
    # Also for a session that needs a refresh: a front end of another site cannot read the cookie with the value.
    presented = presented_csrf()
    if presented is not None:
        response.headers.add(CSRF_HEADER, presented)
    return response
