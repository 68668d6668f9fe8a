"""The caller's own account."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from marshmallow import fields, validate

from app import accounts
from app.accounts.fields import own_name_field
from app.accounts.schemas import UserSchema, show_user
from app.api.blueprint import api
from app.core import clock, languages
from app.core.database import transaction
from app.core.errors import NOT_FOUND
from app.core.http import Moment, Schema, no_content
from app.core.openapi import CLEARS_COOKIES, asks_gates
from app.core.refusals import BUSY
from app.guards import PROGRAMS_TOO, current_user, fresh_required, login_required
from app.sessions import cookies


class ProfileChangesSchema(Schema):
    name = own_name_field()
    language = fields.String(
        allow_none=True,
        validate=validate.Length(1, 35),
        metadata={"description": "For pages and mails; null: as the browser says."},
    )


class ClosingSchema(Schema):
    password = fields.String(
        load_default=None,
        validate=validate.Length(1, 1000),
        metadata={"format": "password", "description": "Of an account that has one."},
    )


class ClosingAccountSchema(ma.Schema):
    erase_at = Moment(required=True, metadata={"description": "When the account is deleted."})


@api.get("/profile")
@login_required(via=PROGRAMS_TOO)
@api.response(200, UserSchema)
def show_profile() -> Response:
    """Yourself."""
    return jsonify(show_user(current_user()))


@api.patch("/profile")
@login_required(via=PROGRAMS_TOO)
@api.arguments(ProfileChangesSchema, example={"name": "Ada Lovelace"})
@api.response(200, UserSchema)
@api.refuses(NOT_FOUND, note="The account was deleted a moment ago.")
def change_profile(changes: dict[str, Any]) -> Response:
    """Change your name, or the language of pages and mails; what is not named stays."""
    user_id = current_user().id
    with transaction():
        user = accounts.get(user_id)
        if "name" in changes:
            user = accounts.rename(user_id, changes["name"])
        if "language" in changes:
            user = accounts.choose_language(user_id, changes["language"])
    response = jsonify(show_user(user))
    if "language" in changes:
        languages.keep(response, user.language)
    return response


@api.delete("/profile")
@asks_gates
@fresh_required
@api.arguments(ClosingSchema, example={"password": "correct horse battery"})
@api.response(204, headers=CLEARS_COOKIES, description="It is deleted, at once: ERASURE_GRACE_DAYS=0.")
@api.alt_response(202, schema=ClosingAccountSchema, description="It will be deleted.")
@api.refuses(accounts.WRONG_PASSWORD)
@api.refuses(NOT_FOUND, note="The account was deleted a moment ago.")
@api.refuses(accounts.LAST_ADMIN, BUSY)
def close_account(confirmation: dict[str, Any]) -> Response:
    """Delete your account, with everything that is yours, in some days. Signing in before that keeps it.

    Until `erase_at` you are signed out everywhere, and no program acts for you.
    """
    user = current_user()
    if not accounts.verify_password(user.id, confirmation["password"]):
        raise accounts.wrong_password()
    erase_at = accounts.close(user.id)
    response = no_content() if erase_at is None else jsonify(erase_at=clock.iso(erase_at))
    response.status_code = 204 if erase_at is None else 202
    cookies.clear(response)
    return response
