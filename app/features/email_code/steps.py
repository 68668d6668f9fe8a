"""The step ``second_factor`` of a sign-in, by a code that is mailed for it: in browsers, and for programs."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from app.accounts import SECOND_FACTOR
from app.accounts import steps as waiting
from app.accounts.mailed_codes import lifetimes
from app.browser import second_factor
from app.browser import steps as in_browser
from app.browser.schemas import (
    CodeMailedSchema,
    MailStepCodeSchema,
)
from app.core.errors import NOT_FOUND
from app.core.mail import MAIL_NOT_SET_UP
from app.core.openapi import Blueprint, asks_gates, needs_cookies
from app.core.origin import programs_only
from app.features.email_code import service
from app.guards import public
from app.passport.strategies.social import SIGN_IN_EXPIRED

steps = Blueprint("email_code_steps", __name__, url_prefix="/auth", tag="auth")

TOKEN = {"token": "…"}
EXAMPLE = {**TOKEN, "code": "123456"}
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


@second_factor.in_browser(steps, "/email-code/step", service.SHOWN, EXAMPLE)
def take_email_code_step(_fields: dict[str, Any]) -> Response:
    """Take the step ``second_factor`` of a sign-in by the code, in the browser that began it."""
    return second_factor.taken()


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


@second_factor.of_program(steps, "/token/email-code", service.SHOWN, EXAMPLE)
def take_email_code_step_of_program(_fields: dict[str, Any]) -> Response:
    """Take the same step of POST /auth/token, and get the tokens."""
    return second_factor.taken_in_body()
