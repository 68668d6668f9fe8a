"""Making an account by a passkey, over HTTP: the options first, then what the browser has made."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.accounts import (
    EMAIL_TAKEN,
    INVITATION_REQUIRED,
    LINK_OVER,
    REGISTRATION_CLOSED,
    Attempt,
    CurrentUser,
    Step,
)
from app.browser import binding, steps
from app.browser.schemas import NextStepSchema, SignedInSchema, StepSchema
from app.browser.signed_in import complete
from app.core.openapi import SETS_COOKIES, Blueprint, asks_gates, needs_cookies
from app.features.passkeys import joining, proving
from app.features.passkeys.joining import Made
from app.features.passkeys.schemas import (
    AcceptOptionsSchema,
    AcceptSchema,
    OptionsSchema,
    SignUpOptionsSchema,
    SignUpSchema,
    with_lifetime,
)
from app.features.passkeys.service import NOT_PROVED, PASSKEY_EXISTS
from app.features.passkeys.ways import EXAMPLE
from app.guards import public
from app.passport import Success
from app.sessions.signing import NO_SIGNING_KEY

newcomers = Blueprint("passkey_newcomers", __name__, url_prefix="/auth/passkeys", tag="auth")

MADE = {"passkey_name": "Ada's phone", **EXAMPLE}
ADA = {"email": "ada@example.com", "name": "Ada"}
INVITED = {"token": "…", "name": "Ada"}


@newcomers.post("/sign-up/options")
@asks_gates
@needs_cookies
@public
@newcomers.arguments(SignUpOptionsSchema, example=ADA)
@newcomers.response(200, OptionsSchema, headers=SETS_COOKIES)
@newcomers.refuses(EMAIL_TAKEN, REGISTRATION_CLOSED, INVITATION_REQUIRED)
def ask_to_sign_up_by_passkey(fields: dict[str, Any]) -> dict[str, Any]:
    """What the browser makes the passkey of a new account with. Who may make one is asked here; nothing is stored."""
    return with_lifetime(joining.options(**fields, bound_to=binding.ensured()))


@newcomers.post("/sign-up")
@asks_gates
@needs_cookies
@public
@newcomers.arguments(SignUpSchema, example=ADA | MADE)
@newcomers.response(200, SignedInSchema, headers=SETS_COOKIES)
@newcomers.alt_response(202, schema=NextStepSchema, description="The address's reader is told what has come of it.")
@newcomers.refuses(NOT_PROVED, PASSKEY_EXISTS, EMAIL_TAKEN, NO_SIGNING_KEY)
def sign_up_by_passkey(fields: dict[str, Any]) -> Response:
    """Make an account with a passkey and no password, and sign in to it. Name and address are those of the options.

    Where addresses have to be verified, the answer is 202 for a new address and for a taken one, and no token.
    """
    made = joining.sign_up(fields["email"], fields["name"], _made(fields))
    return steps.next_step(made) if isinstance(made, Step) else _come_in(CurrentUser.of(made))


@newcomers.post("/invitation/options")
@asks_gates
@needs_cookies
@public
@newcomers.arguments(AcceptOptionsSchema, example=INVITED)
@newcomers.response(200, OptionsSchema, headers=SETS_COOKIES)
@newcomers.refuses(LINK_OVER)
@newcomers.refuses(EMAIL_TAKEN, note="There is an account by now: sign in to it, then claim the role.")
def ask_to_accept_by_passkey(fields: dict[str, Any]) -> dict[str, Any]:
    """The same for whoever was invited. The link is not used up."""
    return with_lifetime(joining.options_to_accept(**fields, bound_to=binding.ensured()))


@newcomers.post("/invitation")
@asks_gates
@needs_cookies
@public
@newcomers.arguments(AcceptSchema, example=INVITED | MADE)
@newcomers.response(200, SignedInSchema, headers=SETS_COOKIES)
@newcomers.alt_response(202, schema=StepSchema, description="The account is made; a step is left to sign in.")
@newcomers.refuses(LINK_OVER, EMAIL_TAKEN, NOT_PROVED, PASSKEY_EXISTS, NO_SIGNING_KEY)
def accept_by_passkey(fields: dict[str, Any]) -> Response:
    """Make the account that the link invites to with a passkey, and sign in to it. The link has proved the address."""
    return _come_in(joining.accept(fields["token"], fields["name"], _made(fields)))


def _made(fields: dict[str, Any]) -> Made:
    return Made(fields["credential"], fields["passkey_name"], binding.ensured())


def _come_in(user: CurrentUser) -> Response:
    return complete(Attempt(Success(user, proving.NAME)))
