"""Codes by mail as one's second factor: turned on and off, asked for, and shown by who is signed in."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, jsonify

from app import accounts
from app.accounts import ASSURANCE_REQUIRED, SECOND_FACTOR_REFUSED, CurrentUser
from app.accounts.current import SESSION_REQUIRED
from app.accounts.mailed_codes import lifetimes
from app.browser.schemas import CodeMailedSchema, FactorCodeSchema, MailCodeSchema
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.mail import MAIL_NOT_SET_UP
from app.core.openapi import Blueprint, asks_gates
from app.features.email_code import service
from app.features.email_code.schemas import EmailCodeSchema
from app.features.email_code.service import CODES, NAME
from app.guards import current_user, fresh_required, login_required, require_assurance

email_code = Blueprint("email_code", __name__, url_prefix="/auth/email-code", tag="auth")

EXAMPLE = {"code": "123456"}
GONE = "The account was deleted a moment ago."


@email_code.get("")
@login_required
@email_code.response(200, EmailCodeSchema)
def state_email_code() -> dict[str, Any]:
    """Is a code mailed to you as your second factor, and since when?"""
    user_id = current_user().id
    return {"since": service.since(user_id), "offered": service.is_offered(user_id)}


@email_code.post("")
@asks_gates
@fresh_required
@email_code.response(202, CodeMailedSchema)
@email_code.refuses(ASSURANCE_REQUIRED, MAIL_NOT_SET_UP)
@email_code.refuses(NOT_FOUND, note=GONE)
def begin_email_code() -> tuple[Response, int]:
    """Have a first code mailed, which turns it on: POST /auth/email-code/confirm. A second factor is shown before."""
    require_assurance(current_user(), within="fresh", if_enrolled=True)
    service.begin(current_user())
    return jsonify(lifetimes()), 202


@email_code.post("/confirm")
@asks_gates
@login_required
@email_code.arguments(FactorCodeSchema, example=EXAMPLE)
@email_code.response(204)
@email_code.refuses(SECOND_FACTOR_REFUSED, SESSION_REQUIRED, ASSURANCE_REQUIRED)
@email_code.refuses(NOT_FOUND, note=GONE)
def confirm_email_code(fields: dict[str, Any]) -> Response:
    """Turn it on by the first code, in the session that asked. The address is verified then, too.

    Whoever has set up another second factor meanwhile shows that before.
    """
    require_assurance(current_user(), if_enrolled=True)
    service.finish(current_user(), fields["code"])
    return no_content()


@email_code.delete("")
@fresh_required
@email_code.response(204)
@email_code.refuses(ASSURANCE_REQUIRED)
@email_code.refuses(NOT_FOUND, note="It is off.")
def remove_email_code() -> Response:
    """Turn it off. A second factor has to be shown before, this one or another."""
    require_assurance(current_user(), within="fresh", if_enrolled=True)
    service.remove(current_user().id)
    return no_content()


@email_code.post("/mail")
@asks_gates
@login_required
@email_code.arguments(MailCodeSchema, example={"again": False})
@email_code.response(202, CodeMailedSchema)
@email_code.refuses(MAIL_NOT_SET_UP, SESSION_REQUIRED)
@email_code.refuses(NOT_FOUND, note="It is off, or something stronger is asked for.")
def mail_email_code(fields: dict[str, Any]) -> tuple[Response, int]:
    """Have a code mailed to you, for POST /auth/email-code/verify in this session."""
    user = current_user()
    service.ask(user.id, str(user.own_session().id), again=fields["again"])
    return jsonify(lifetimes()), 202


@email_code.post("/verify")
@asks_gates
@login_required
@email_code.arguments(FactorCodeSchema, example=EXAMPLE)
@email_code.response(204)
@email_code.refuses(SECOND_FACTOR_REFUSED, SESSION_REQUIRED)
def verify_email_code(fields: dict[str, Any]) -> Response:
    """Prove it is still you, by the code: the session is fresh then, and has shown a second factor."""
    confirm(current_user(), fields["code"])
    return no_content()


def confirm(user: CurrentUser, code: str) -> None:
    """The same at POST /auth/confirm, in the session that asked for the code."""
    accounts.prove_again(user, NAME, partial(CODES.use, code=code, place=str(user.own_session().id)))
