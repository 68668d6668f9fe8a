"""How a user looks from outside. Fields are listed by hand: a new column cannot leak."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Protocol

import marshmallow as ma

from app.accounts.factor_lists import Listed
from app.accounts.fields import AddressText, RoleName, new_password_field, own_name_field
from app.accounts.models import STATUSES
from app.accounts.standing import MAX_REASON
from app.core import clock
from app.core.http import Moment, MomentIn, Schema, Text
from app.core.languages import said
from app.core.paging import PageSchema


class UserSchema(ma.Schema):
    id = ma.fields.UUID(required=True)
    email = ma.fields.String(required=True)
    name = ma.fields.String(required=True, allow_none=True)
    role = RoleName(required=True)
    language = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Chosen for pages and mails; null: as the browser says."},
    )
    email_verified_at = Moment(required=True, allow_none=True)
    created_at = Moment(required=True)


class BanSchema(ma.Schema):
    reason = ma.fields.String(required=True)
    since = Moment(required=True)
    until = Moment(required=True, allow_none=True, metadata={"description": "null: for good."})


class ManagedUserSchema(UserSchema):
    """A user as ``users:read`` sees them."""

    is_active = ma.fields.Boolean(
        required=True, metadata={"description": "Whether they may come in: neither disabled nor banned."}
    )
    status = ma.fields.String(required=True, validate=ma.validate.OneOf(STATUSES))
    ban = ma.fields.Nested(
        BanSchema,
        required=True,
        allow_none=True,
        metadata={"description": "What keeps them out at this moment; null once it is over."},
    )
    last_sign_in_at = Moment(required=True, allow_none=True)
    erase_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "Their owner has deleted the account, which goes then, unless they sign in before."},
    )


class ListedUserSchema(ManagedUserSchema):
    """The same in a list, of ``Listed``."""

    factors = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "The second factors that they have set up."}
    )
    factor_missing = ma.fields.Boolean(
        required=True, metadata={"description": "Their role has to have a second factor, and they have none."}
    )

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        return super().get_attribute(obj if attr in Listed._fields else obj.user, attr, default)


class UserPageSchema(PageSchema):
    items = ma.fields.List(ma.fields.Nested(ListedUserSchema), required=True)


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
    def language(self) -> str | None: ...
    @property
    def email_verified_at(self) -> dt.datetime | None: ...
    @property
    def created_at(self) -> dt.datetime: ...


def show_user(user: Shown) -> dict[str, Any]:
    """What ``UserSchema`` dumps, without marshmallow: it is in the answers that browsers ask for most."""
    return {
        "id": str(user.id),
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "language": user.language,
        "email_verified_at": clock.iso(user.email_verified_at),
        "created_at": clock.iso(user.created_at),
    }


def _check_not_blank(text: str) -> None:
    if not text.strip():
        raise ma.ValidationError(said("Say why."))


class NewBanSchema(Schema):
    reason = Text(
        required=True,
        validate=[ma.validate.Length(1, MAX_REASON), _check_not_blank],
        metadata={"description": "The person is told, once they prove who they are."},
    )
    until = MomentIn(
        load_default=None,
        allow_none=True,
        metadata={"description": "When it is over by itself; null: for good."},
    )


class RegisterSchema(Schema):
    email = AddressText(format="email")
    password = new_password_field()
    name = own_name_field(load_default=None)
