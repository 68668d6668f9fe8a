"""How a user looks from outside. Fields are listed by hand: a new column cannot leak."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Protocol

import marshmallow as ma

from app.accounts.fields import AddressText, RoleName, new_password_field, own_name_field
from app.core import clock
from app.core.http import Moment, Schema
from app.core.paging import PageSchema


class UserSchema(ma.Schema):
    id = ma.fields.UUID(required=True)
    email = ma.fields.String(required=True)
    name = ma.fields.String(required=True, allow_none=True)
    role = RoleName(required=True)
    created_at = Moment(required=True)


class ManagedUserSchema(UserSchema):
    """A user as ``users:read`` sees them."""

    is_active = ma.fields.Boolean(required=True)
    email_verified_at = Moment(required=True, allow_none=True)
    last_sign_in_at = Moment(required=True, allow_none=True)


class UserPageSchema(PageSchema):
    items = ma.fields.List(ma.fields.Nested(ManagedUserSchema), required=True)


class Shown(Protocol):
    @property
    def id(self) -> uuid.UUID: ...
    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def role(self) -> str: ...
    @property
    def created_at(self) -> dt.datetime: ...


def show_user(user: Shown) -> dict[str, Any]:
    """What ``UserSchema`` dumps, without marshmallow: it is in the answers that browsers ask for most."""
    return {
        "id": str(user.id),
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "created_at": clock.iso(user.created_at),
    }


class RegisterSchema(Schema):
    email = AddressText(format="email")
    password = new_password_field()
    name = own_name_field(load_default=None)
