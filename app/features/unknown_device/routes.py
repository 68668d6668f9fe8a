"""The step ``unknown_device`` of a sign-in: a code is mailed for it, and takes it. In browsers, and for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint as Plain
from flask import Response, jsonify

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
from app.core.pages import page
from app.features.unknown_device import service
from app.features.unknown_device.check import NAME
from app.features.unknown_device.service import CODES
from app.guards import public
from app.passport.strategies.social import SIGN_IN_EXPIRED

unknown_device = Blueprint("unknown_device", __name__, url_prefix="/auth", tag="auth")
pages = Plain("unknown_device_page", __name__)

PAGE = "/unknown-device"
TOKEN = {"token": "…"}
EXAMPLE = {**TOKEN, "code": "123456"}
GONE = "The account was deleted or disabled a moment ago."


@unknown_device.post("/unknown-device/mail")
@asks_gates
@needs_cookies
@public
@unknown_device.arguments(MailStepCodeSchema, example=TOKEN)
@unknown_device.response(202, CodeMailedSchema)
@unknown_device.refuses(SIGN_IN_EXPIRED, MAIL_NOT_SET_UP)
@unknown_device.refuses(NOT_FOUND, note=GONE)
def mail_code_of_device(fields: dict[str, Any]) -> tuple[Response, int]:
    """Have a code mailed for a sign-in that waits, in the browser that began it. A newer one voids the one before."""
    CODES.ask(in_browser.require_waiting(fields["token"], NAME), fields["token"], again=fields["again"])
    return jsonify(lifetimes()), 202


@second_factor.in_browser(unknown_device, "/unknown-device", service.SHOWN, EXAMPLE)
def take_device_step(_fields: dict[str, Any]) -> Response:
    """Take the step ``unknown_device`` by the code, in the browser that began it, which is known from then on."""
    return second_factor.taken()


@unknown_device.post("/token/unknown-device/mail")
@asks_gates
@programs_only
@public
@unknown_device.arguments(MailStepCodeSchema, example=TOKEN)
@unknown_device.response(202, CodeMailedSchema)
@unknown_device.refuses(SIGN_IN_EXPIRED, MAIL_NOT_SET_UP)
@unknown_device.refuses(NOT_FOUND, note=GONE)
def mail_code_of_program(fields: dict[str, Any]) -> tuple[Response, int]:
    """Have a code mailed for the step of POST /auth/token."""
    CODES.ask(waiting.require_waiting(fields["token"], NAME), fields["token"], again=fields["again"])
    return jsonify(lifetimes()), 202


@second_factor.of_program(unknown_device, "/token/unknown-device", service.SHOWN, EXAMPLE)
def take_device_step_of_program(_fields: dict[str, Any]) -> Response:
    """Take the same step of POST /auth/token, and get the tokens. The network is known from then on."""
    return second_factor.taken_in_body()


@pages.get(PAGE)
@public
def show_unknown_device() -> Response:
    """The page of the step, whose token is in the query."""
    return page("unknown_device/page")
