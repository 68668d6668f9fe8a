"""One's own recovery codes: how many are left, a new set, and using one."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from app.accounts import ASSURANCE_REQUIRED, SECOND_FACTOR_REFUSED
from app.accounts.current import SESSION_REQUIRED
from app.browser import second_factor
from app.browser.schemas import FactorCodeSchema
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.openapi import Blueprint, asks_gates
from app.core.refusals import BUSY
from app.features.recovery_codes import service
from app.features.recovery_codes.schemas import RecoveryCodesMadeSchema, RecoveryCodesSchema
from app.features.recovery_codes.service import NO_SECOND_FACTOR
from app.guards import current_user, fresh_required, login_required, require_assurance

recovery_codes = Blueprint("recovery_codes", __name__, url_prefix="/auth", tag="auth")

EXAMPLE = {"code": "2345-6789-ABCD"}


@recovery_codes.get("/recovery-codes")
@login_required
@recovery_codes.response(200, RecoveryCodesSchema)
def recovery_codes_left() -> dict[str, Any]:
    """How many recovery codes do you have left?"""
    return service.state_of(current_user().id)


@recovery_codes.post("/recovery-codes")
@asks_gates
@fresh_required
@recovery_codes.response(201, RecoveryCodesMadeSchema)
@recovery_codes.refuses(ASSURANCE_REQUIRED, NO_SECOND_FACTOR, BUSY)
@recovery_codes.refuses(NOT_FOUND, note="The account was deleted a moment ago.")
def make_recovery_codes() -> tuple[Response, int]:
    """Make a set of ten, in the place of the one before. Only this answer shows them. A second factor comes first."""
    require_assurance(current_user(), within="fresh", if_enrolled=True)
    return jsonify(codes=service.renew(current_user().id)), 201


@recovery_codes.post("/recovery-codes/verify")
@asks_gates
@login_required
@recovery_codes.arguments(FactorCodeSchema, example=EXAMPLE)
@recovery_codes.response(204)
@recovery_codes.refuses(SECOND_FACTOR_REFUSED, SESSION_REQUIRED, BUSY)
def verify_recovery_code(fields: dict[str, Any]) -> Response:
    """Prove it is still you, by a code: the session is fresh then, and has shown a second factor."""
    service.confirm(current_user(), fields["code"])
    return no_content()


@second_factor.in_browser(recovery_codes, "/recovery-codes/step", service.SHOWN, {"token": "…", **EXAMPLE})
def take_recovery_step(_fields: dict[str, Any]) -> Response:
    """Take the step ``second_factor`` of a sign-in by a recovery code, in the browser that began it."""
    return second_factor.taken()


@second_factor.of_program(recovery_codes, "/token/recovery-code", service.SHOWN, {"token": "…", **EXAMPLE})
def take_recovery_step_of_program(_fields: dict[str, Any]) -> Response:
    """Take the same step of POST /auth/token, and get the tokens."""
    return second_factor.taken_in_body()
