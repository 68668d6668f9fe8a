"""The shapes of a change of address."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts.fields import AddressText
from app.accounts.schemas import UserSchema
from app.core.http import Moment, Schema, Text

MAX_TOKEN, MAX_CODE = 200, 20


def token_field(**more: Any) -> Text:
    return Text(one_line=True, validate=validate.Length(1, MAX_TOKEN), **more)


class NewEmailSchema(Schema):
    email = AddressText(format="email")


class EmailProofSchema(Schema):
    """The link's token, or the code beside it."""

    token = token_field(load_default=None)
    code = Text(
        one_line=True,
        load_default=None,
        validate=validate.Length(1, MAX_CODE),
        metadata={"description": "Six digits, from the browser that asked, for ten minutes."},
    )

    @ma.validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("token") is None) == (data.get("code") is None):
            raise ma.ValidationError("Send either token or code.", "token")


class WayBackSchema(Schema):
    token = token_field(required=True)


class WantedSchema(ma.Schema):
    email = fields.String(required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True)


class EmailChangeSchema(ma.Schema):
    pending = fields.Nested(
        WantedSchema, required=True, allow_none=True, metadata={"description": "What waits to be proved."}
    )


class ChangedEmailSchema(ma.Schema):
    user = fields.Nested(UserSchema, required=True)


class TakenBackSchema(ma.Schema):
    reset_token = fields.String(
        required=True, metadata={"description": "What a new password is set with, within half an hour."}
    )
