"""A change of one's own address: asked for in a fresh session, proved by mail, and taken back from the old mailbox."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from app import one_time
from app.accounts import ASSURANCE_REQUIRED, EMAIL_TAKEN, LINK_OVER, WRONG_CODE, Brought
from app.accounts.schemas import show_user
from app.browser import binding
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.mail import MAIL_NOT_SET_UP
from app.core.openapi import Blueprint, asks_gates
from app.features.email_change import service
from app.features.email_change.schemas import (
    ChangedEmailSchema,
    EmailChangeSchema,
    EmailProofSchema,
    NewEmailSchema,
    TakenBackSchema,
    WayBackSchema,
)
from app.guards import current_user, fresh_required, login_required, public, require_assurance

changes = Blueprint("email_change", __name__, url_prefix="/auth/email-change", tag="auth")


@changes.get("")
@login_required
@changes.response(200, EmailChangeSchema)
def show_change() -> dict[str, Any]:
    """The address that you want to have, while it waits to be proved."""
    return {"pending": service.wanted(current_user().id)}


@changes.post("")
@asks_gates
@fresh_required
@changes.arguments(NewEmailSchema, example={"email": "ada@example.org"})
@changes.response(202, EmailChangeSchema)
@changes.refuses(MAIL_NOT_SET_UP, ASSURANCE_REQUIRED)
def begin_change(fields: dict[str, Any]) -> tuple[Response, int]:
    """Ask for another address. It is mailed a link and a code; the answer is the same if somebody else has it.

    A newer wish voids the older one. Until the new address is proved, yours stays. Whoever has set up a second factor
    shows it before: codes may be mailed to the address.
    """
    require_assurance(current_user(), within="fresh", if_enrolled=True)
    of_browser = binding.of_browser() or binding.new()
    handle = one_time.handle_of(service.PURPOSE, of_browser)
    row = service.begin(current_user(), handle=handle, **fields)
    response = jsonify(EmailChangeSchema().dump({"pending": row}))
    binding.keep(response, of_browser)
    return response, 202


@changes.delete("")
@login_required
@changes.response(204)
def cancel_change() -> Response:
    """Keep your address. The link and the code that were mailed are void."""
    service.cancel(current_user().id)
    return no_content()


@changes.post("/confirm")
@asks_gates
@login_required
@changes.arguments(EmailProofSchema, example={"code": "493021"})
@changes.response(200, ChangedEmailSchema)
@changes.refuses(LINK_OVER, WRONG_CODE, EMAIL_TAKEN, service.OTHER_ACCOUNT)
@changes.refuses(NOT_FOUND, note="The account was deleted a moment ago.")
def confirm_change(fields: dict[str, Any]) -> Response:
    """Prove the new address, by the link's token or by the code. It is yours from then on, the old one no more.

    Sessions and API keys go on; links and codes that were mailed before are void. The old address is mailed a way back.
    """
    brought = Brought(**fields, handle=binding.handle(service.PURPOSE))
    return jsonify(user=show_user(service.confirm(current_user(), brought)))


@changes.post("/undo")
@asks_gates
@public
@changes.arguments(WayBackSchema, example={"token": "Zm9yLXRoZS1wcmV2aWV3LW9ubHktbm90LWEtc2VjcmV0"})
@changes.response(200, TakenBackSchema)
@changes.refuses(LINK_OVER, EMAIL_TAKEN)
def undo_change(fields: dict[str, Any]) -> Response:
    """Take the former address back, by the link that was mailed to it within 72 hours.

    Password, sessions, connected accounts and API keys are void: the account may have been in somebody else's hands.
    """
    return jsonify(reset_token=service.undo(**fields))
