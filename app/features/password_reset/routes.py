"""Password resets over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify

from app import accounts, one_time
from app.accounts import User
from app.accounts.mailed import LINK_OVER, PASSWORD_RESET, WRONG_CODE, Brought
from app.accounts.roles import USERS_WRITE
from app.browser import binding
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.mail import MAIL_NOT_SET_UP
from app.core.openapi import Blueprint, asks_gates
from app.core.refusals import BUSY
from app.core.settings import settings
from app.features.password_reset import service
from app.features.password_reset.schemas import AskedSchema, ForgottenSchema, LinkSchema, OwnerSchema, ResetSchema
from app.guards import PROGRAMS_TOO, current_user, permission_required, public
from app.one_time.mailed import CODE_LIFETIME

resets = Blueprint("password_reset", __name__, url_prefix="/auth", tag="auth")
of_users = Blueprint("password_reset_of_users", __name__, url_prefix="/api/users", tag="api")

ASKED = {
    "expires_in": int(service.LIFETIME.total_seconds()),
    "code_expires_in": int(CODE_LIFETIME.total_seconds()),
}


def asked(email: str, response: Response) -> Response:
    """Ask for the mail, and let the browser keep by what its code will know it. Programs get a link alone."""
    if not settings().cookies:
        service.request(email, None)
        return response
    browser = binding.of_browser() or binding.new()
    service.request(email, one_time.handle_of(PASSWORD_RESET, browser))
    binding.keep(response, browser)
    return response


def brought(token: str | None = None, code: str | None = None) -> Brought:
    return Brought(token, code, binding.handle(PASSWORD_RESET))


@resets.post("/forgot-password")
@asks_gates
@public
@resets.arguments(ForgottenSchema, example={"email": "ada@example.com"})
@resets.response(202, AskedSchema)
@resets.refuses(MAIL_NOT_SET_UP)
def forgot_password(fields: dict[str, Any]) -> Response:
    """Ask for a mail with which a new password is set. The answer is the same whether or not there is an account.

    The mail goes to the address as the account has it, with a link for any browser, and a code for this one.
    """
    response = jsonify(ASKED)
    response.status_code = 202
    return asked(fields["email"], response)


@resets.post("/reset-password/look")
@asks_gates
@public
@resets.arguments(LinkSchema, example={"token": "aLongSecretThatIsGoodForOneUse"})
@resets.response(200, OwnerSchema)
@resets.refuses(LINK_OVER)
def look_at_reset(fields: dict[str, Any]) -> User:
    """Whose password a link sets, while it is good. It is not used up."""
    return service.owner_of(fields["token"])


@resets.post("/reset-password")
@asks_gates
@public
@resets.arguments(
    ResetSchema, example={"token": "aLongSecretThatIsGoodForOneUse", "password": "battery staple, correct"}
)
@resets.response(204)
@resets.refuses(LINK_OVER, WRONG_CODE, BUSY)
def reset_password(fields: dict[str, Any]) -> Response:
    """Set a new password by what was mailed. Every session ends, and nobody is signed in: that comes next, with it.

    Where the password is refused, the link and the code stay good.
    """
    accounts.reset_password(brought(fields.get("token"), fields.get("code")), fields["password"])
    return no_content()


@of_users.post("/<uuid:user_id>/send-password-reset")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@of_users.response(204)
@of_users.refuses(NOT_FOUND, note="No such user.")
@of_users.refuses(accounts.ROLE_ABOVE_YOURS, service.KEPT_OUT, MAIL_NOT_SET_UP)
def send_password_reset(user_id: uuid.UUID) -> Response:
    """Mail a user a link with which they set a new password. Until then everything stays as it is."""
    service.send_for(user_id, current_user())
    return no_content()
