"""The step ``second_factor`` of a sign-in, by a code that is mailed for it: in browsers, and for programs."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, jsonify

from app.accounts import SECOND_FACTOR, WRONG_SECOND_FACTOR
from app.accounts import steps as waiting
from app.accounts.mailed_codes import lifetimes
from app.browser import second_factor
from app.browser import steps as in_browser
from app.browser.schemas import (
    CodeMailedSchema,
    FactorStepSchema,
    MailStepCodeSchema,
    SignedInSchema,
    StepSchema,
    TokenSchema,
)
from app.core.errors import NOT_FOUND
from app.core.mail import MAIL_NOT_SET_UP
from app.core.openapi import SETS_COOKIES, Blueprint, asks_gates, needs_cookies
from app.core.origin import programs_only
from app.features.email_code import service
from app.features.email_code.service import CODES, NAME
from app.guards import public
from app.passport import AuthenticationFailed
from app.passport.strategies.social import SIGN_IN_EXPIRED
from app.sessions.signing import NO_SIGNING_KEY

steps = Blueprint("email_code_steps", __name__, url_prefix="/auth", tag="auth")

TOKEN = {"token": "…"}
EXAMPLE = {**TOKEN, "code": "123456"}
LEFT = "Who it is, is proved; another step is left to take."
NOT_OFFERED = "This person has not turned it on, or something stronger is asked for."


@steps.post("/email-code/step/mail")
@asks_gates
@needs_cookies
@public
@steps.arguments(MailStepCodeSchema, example=TOKEN)
@steps.response(202, CodeMailedSchema)
@steps.refuses(SIGN_IN_EXPIRED, MAIL_NOT_SET_UP)
@steps.refuses(NOT_FOUND, note=NOT_OFFERED)
def mail_code_for_step(fields: dict[str, Any]) -> tuple[Response, int]:
    """Have a code mailed for a sign-in that waits, in the browser that began it. A newer one voids the one before."""
    service.ask(in_browser.require_waiting(fields["token"], SECOND_FACTOR), fields["token"], again=fields["again"])
    return jsonify(lifetimes()), 202


@steps.post("/email-code/step")
@asks_gates
@needs_cookies
@public
@steps.arguments(FactorStepSchema, example=EXAMPLE)
@steps.response(200, SignedInSchema, headers=SETS_COOKIES)
@steps.alt_response(202, schema=StepSchema, description=LEFT)
@steps.refuses(WRONG_SECOND_FACTOR, SIGN_IN_EXPIRED, AuthenticationFailed, NO_SIGNING_KEY)
def take_email_code_step(fields: dict[str, Any]) -> Response:
    """Take the step ``second_factor`` of a sign-in by the code, in the browser that began it."""
    judge = partial(CODES.use, code=fields["code"], place=fields["token"])
    return second_factor.taken(fields["token"], NAME, judge)


@steps.post("/token/email-code/mail")
@asks_gates
@programs_only
@public
@steps.arguments(MailStepCodeSchema, example=TOKEN)
@steps.response(202, CodeMailedSchema)
@steps.refuses(SIGN_IN_EXPIRED, MAIL_NOT_SET_UP)
@steps.refuses(NOT_FOUND, note=NOT_OFFERED)
def mail_code_for_program(fields: dict[str, Any]) -> tuple[Response, int]:
    """Have a code mailed for the step of POST /auth/token."""
    service.ask(waiting.require_waiting(fields["token"], SECOND_FACTOR), fields["token"], again=fields["again"])
    return jsonify(lifetimes()), 202


@steps.post("/token/email-code")
@asks_gates
@programs_only
@public
@steps.arguments(FactorStepSchema, example=EXAMPLE)
@steps.response(200, TokenSchema)
@steps.alt_response(202, schema=StepSchema, description=LEFT)
@steps.refuses(WRONG_SECOND_FACTOR, SIGN_IN_EXPIRED, AuthenticationFailed, NO_SIGNING_KEY)
def take_email_code_step_of_program(fields: dict[str, Any]) -> Response:
    """Take the same step of POST /auth/token, and get the tokens."""
    judge = partial(CODES.use, code=fields["code"], place=fields["token"])
    return second_factor.taken_in_body(fields["token"], NAME, judge)
