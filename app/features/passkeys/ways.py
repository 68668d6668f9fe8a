"""What a passkey is shown for: to sign in, as the second factor of the step, and to confirm that it is still you."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from app.accounts import SECOND_FACTOR, SECOND_FACTOR_REFUSED, Attempt, CurrentUser
from app.accounts.current import SESSION_REQUIRED
from app.browser import binding, second_factor, steps
from app.browser.schemas import SignedInSchema, StepSchema
from app.browser.signed_in import complete
from app.core.http import no_content
from app.core.openapi import SETS_COOKIES, Blueprint, asks_gates, needs_cookies
from app.features.passkeys import proving, service
from app.features.passkeys.relying_party import origins
from app.features.passkeys.schemas import (
    OptionsSchema,
    PasskeyProofSchema,
    PasskeySignInSchema,
    RelatedOriginsSchema,
    StepOptionsSchema,
    with_lifetime,
)
from app.features.passkeys.strategy import SHOWN
from app.guards import current_user, login_required, passport, public
from app.passport import AuthenticationFailed
from app.passport.strategies.social import SIGN_IN_EXPIRED
from app.sessions.signing import NO_SIGNING_KEY

EXAMPLE = {"credential": {"type": "public-key"}}

ways = Blueprint("passkey_ways", __name__, url_prefix="/auth/passkeys", tag="auth")
well_known = Blueprint("passkey_origins", __name__, url_prefix="/.well-known", tag="well_known")


@ways.post("/options")
@needs_cookies
@public
@ways.response(200, OptionsSchema, headers=SETS_COOKIES)
def ask_for_passkey() -> dict[str, Any]:
    """What the browser asks for a passkey with, to sign in. The same for everybody, and nothing is stored.

    The cookie is how this browser is known again: the answer is good in it alone, and once.
    """
    return with_lifetime(proving.options_to_sign_in(bound_to=binding.ensured()))


@ways.post("/sign-in")
@needs_cookies
@passport.authenticate(proving.NAME)
@ways.arguments(PasskeySignInSchema, example={**EXAMPLE, "remember": True})
@ways.response(200, SignedInSchema, headers=SETS_COOKIES)
@ways.alt_response(202, schema=StepSchema, description="Who it is, is proved; a step is left to take.")
@ways.refuses(AuthenticationFailed, NO_SIGNING_KEY)
def sign_in_with_passkey(fields: dict[str, Any]) -> Response:
    """Sign in with a passkey. It is two factors by itself: what somebody has, and is or knows."""
    return complete(Attempt(passport.current, remember=fields["remember"]))


@ways.post("/second-factor/options")
@asks_gates
@needs_cookies
@public
@ways.arguments(StepOptionsSchema, example={"token": "…"})
@ways.response(200, OptionsSchema)
@ways.refuses(SIGN_IN_EXPIRED)
def ask_for_second_passkey(fields: dict[str, Any]) -> dict[str, Any]:
    """What the browser asks for a passkey with, in the step "second_factor" of a sign-in."""
    user_id = steps.require_waiting(fields["token"], SECOND_FACTOR)
    return with_lifetime(proving.options_for(user_id, "second factor", bound_to=binding.ensured()))


@second_factor.in_browser(ways, "/second-factor", SHOWN, {"token": "…", **EXAMPLE})
def take_step_with_passkey(_fields: dict[str, Any]) -> Response:
    """Show a passkey as the second factor of a sign-in."""
    return second_factor.taken()


@ways.post("/confirm/options")
@needs_cookies
@login_required
@ways.response(200, OptionsSchema)
@ways.refuses(SESSION_REQUIRED)
def ask_for_own_passkey() -> dict[str, Any]:
    """What the browser asks for a passkey of yours with, to confirm that it is still you."""
    user = current_user()
    user.own_session()
    return with_lifetime(proving.options_for(user.id, "confirm", bound_to=binding.ensured()))


@ways.post("/confirm")
@asks_gates
@needs_cookies
@login_required
@ways.arguments(PasskeyProofSchema, example=EXAMPLE)
@ways.response(204)
@ways.refuses(service.NOT_PROVED, SESSION_REQUIRED)
def confirm_with_passkey(fields: dict[str, Any]) -> Response:
    """Prove it is still you: the session is fresh then, and has shown a second factor."""
    proving.confirm(current_user(), fields["credential"], bound_to=binding.ensured())
    return no_content()


def confirm(user: CurrentUser, credential: dict[str, Any]) -> None:
    """The same at POST /auth/confirm, which refuses all that is wrong in one way. Raises SECOND_FACTOR_REFUSED."""
    try:
        proving.confirm(user, credential, bound_to=binding.ensured())
    except service.NOT_PROVED:
        raise SECOND_FACTOR_REFUSED from None


MAX_AGE = 300


@well_known.get("/webauthn")
@needs_cookies
@public
@well_known.response(200, RelatedOriginsSchema)
def related_origins() -> Response:
    """The origins that may use the passkeys of this domain (WebAuthn Level 3, section 5.11)."""
    response = jsonify(origins=origins())
    response.cache_control.public = True
    response.cache_control.max_age = MAX_AGE
    return response
