"""One's own authenticator app: set up, asked for, removed."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from app.accounts import ASSURANCE_REQUIRED, LAST_SECOND_FACTOR, SECOND_FACTOR_REFUSED
from app.accounts.current import SESSION_REQUIRED
from app.browser import second_factor
from app.browser.schemas import FactorCodeSchema
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.openapi import Blueprint, asks_gates
from app.features.totp import service
from app.features.totp.schemas import TotpBegunSchema, TotpSchema, shown_once
from app.features.totp.service import SETUP_OVER
from app.guards import current_user, fresh_required, login_required, require_assurance

totp = Blueprint("totp", __name__, url_prefix="/auth", tag="auth")


@totp.get("/totp")
@login_required
@totp.response(200, TotpSchema)
def state_totp() -> dict[str, Any]:
    """Do you have an authenticator app, and since when?"""
    return {"confirmed_at": service.confirmed_at(current_user().id)}


@totp.post("/totp")
@fresh_required
@totp.response(201, TotpBegunSchema)
@totp.refuses(ASSURANCE_REQUIRED)
@totp.refuses(NOT_FOUND, note="The account was deleted a moment ago.")
def begin_totp() -> tuple[Response, int]:
    """Set up an app, or another one in its place. It is turned on by its first code: POST /auth/totp/confirm.

    Whoever has set up a second factor shows it before.
    """
    require_assurance(current_user(), within="fresh", if_enrolled=True)
    return jsonify(shown_once(service.begin(current_user()))), 201


@totp.post("/totp/confirm")
@asks_gates
@login_required
@totp.arguments(FactorCodeSchema, example={"code": "123456"})
@totp.response(204)
@totp.refuses(SECOND_FACTOR_REFUSED, SESSION_REQUIRED, SETUP_OVER, ASSURANCE_REQUIRED)
@totp.refuses(NOT_FOUND, note="The account was deleted a moment ago.")
def confirm_totp(fields: dict[str, Any]) -> Response:
    """Turn on the app that was set up, by a code that it shows: it is asked for at each sign-in from now on.

    Whoever has set up another second factor meanwhile shows that before.
    """
    require_assurance(current_user(), if_enrolled=True)
    service.finish(current_user(), fields["code"])
    return no_content()


@totp.delete("/totp")
@fresh_required
@totp.response(204)
@totp.refuses(ASSURANCE_REQUIRED, LAST_SECOND_FACTOR)
@totp.refuses(NOT_FOUND, note="There is no app.")
def remove_totp() -> Response:
    """Remove the app: it is asked for no more. A second factor has to be shown before, this one or another."""
    require_assurance(current_user(), within="fresh", if_enrolled=True)
    service.remove(current_user().id)
    return no_content()


@totp.post("/totp/verify")
@asks_gates
@login_required
@totp.arguments(FactorCodeSchema, example={"code": "123456"})
@totp.response(204)
@totp.refuses(SECOND_FACTOR_REFUSED, SESSION_REQUIRED)
def verify_totp(fields: dict[str, Any]) -> Response:
    """Prove it is still you, by a code: the session is fresh then, and has shown a second factor."""
    service.confirm(current_user(), fields["code"])
    return no_content()


@second_factor.in_browser(totp, "/totp/step", service.SHOWN, {"token": "…", "code": "123456"})
def take_totp_step(_fields: dict[str, Any]) -> Response:
    """Take the step ``second_factor`` of a sign-in, in the browser that began it."""
    return second_factor.taken()


@second_factor.of_program(totp, "/token/totp", service.SHOWN, {"token": "…", "code": "123456"})
def take_totp_step_of_program(_fields: dict[str, Any]) -> Response:
    """Take the same step of POST /auth/token, and get the tokens."""
    return second_factor.taken_in_body()
