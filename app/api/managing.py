"""Accounts that somebody who manages users makes, verifies and deletes; and what is asked before such things."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from marshmallow import fields

from app import accounts
from app.accounts import CurrentUser, User
from app.accounts.fields import AddressText, new_password_field, own_name_field
from app.accounts.roles import DEFAULT_ROLE, ROLES, USERS_WRITE
from app.accounts.schemas import ManagedUserSchema
from app.api.blueprint import api
from app.core.choices import OneOf
from app.core.errors import NOT_FOUND
from app.core.http import Flag, Schema, no_content
from app.core.refusals import BUSY
from app.guards import PROGRAMS_TOO, current_user, permission_required, require_assurance


class NewUserSchema(Schema):
    email = AddressText(format="email")
    name = own_name_field(load_default=None)
    role = fields.String(load_default=DEFAULT_ROLE, validate=OneOf(ROLES))
    password = new_password_field(required=False, load_default=None, allow_none=True)
    email_verified = Flag(load_default=False, metadata={"description": "You know that the address is theirs."})


def ask_again(user: CurrentUser) -> None:
    """Before somebody gains power, or loses their account: whoever has set up a second factor has shown it lately.

    A key that may do such things was made with it. Raises ASSURANCE_REQUIRED.
    """
    require_assurance(user, within="fresh", if_enrolled=True, of_keys=False)


@api.post("/users")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@api.arguments(NewUserSchema, example={"email": "grace@example.com", "name": "Grace", "role": "user"})
@api.response(201, ManagedUserSchema)
@api.refuses(accounts.EMAIL_TAKEN, accounts.ROLE_ABOVE_YOURS, accounts.ASSURANCE_REQUIRED, BUSY)
def create_user(new: dict[str, Any]) -> User:
    """Make an account for somebody. Without a password they set one by a reset, or come in another way.

    Whoever has set up a second factor shows it to give another role than that of everybody, or to vouch for an address.
    """
    user = current_user()
    if new["role"] != DEFAULT_ROLE or new["email_verified"]:
        ask_again(user)
    return accounts.create(
        new["email"],
        password=new["password"],
        name=new["name"],
        role=new["role"],
        verified=new["email_verified"],
        by=user,
    )


@api.delete("/users/<uuid:user_id>")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@api.response(204)
@api.refuses(NOT_FOUND, note="No such user.")
@api.refuses(accounts.ROLE_ABOVE_YOURS, accounts.LAST_ADMIN, accounts.OWN_ACCOUNT, accounts.ASSURANCE_REQUIRED)
def delete_user(user_id: uuid.UUID) -> Response:
    """Delete an account with everything that is its own. There is no way back: disabling has one."""
    user = current_user()
    ask_again(user)
    accounts.delete_for(user_id, by=user)
    return no_content()


@api.put("/users/<uuid:user_id>/verified")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@api.response(200, ManagedUserSchema)
@api.refuses(NOT_FOUND, note="No such user.")
@api.refuses(accounts.ROLE_ABOVE_YOURS, accounts.ASSURANCE_REQUIRED)
def verify_user(user_id: uuid.UUID) -> User:
    """Vouch for a user's address, as if they had shown that they read it. Where they have, nothing changes."""
    user = current_user()
    ask_again(user)
    return accounts.set_verified(user_id, True, by=user)


@api.delete("/users/<uuid:user_id>/verified")
@permission_required(USERS_WRITE, via=PROGRAMS_TOO)
@api.response(200, ManagedUserSchema)
@api.refuses(NOT_FOUND, note="No such user.")
@api.refuses(accounts.ROLE_ABOVE_YOURS)
def unverify_user(user_id: uuid.UUID) -> User:
    """Take back that a user's address counts as theirs, until they show that they read it."""
    return accounts.set_verified(user_id, False, by=current_user())
