"""The shapes of password resets."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts.fields import AddressText, new_password_field
from app.core.http import Schema, Text

EITHER = "Bring the link's token, or the code: one of them."


class ForgottenSchema(Schema):
    email = AddressText(format="email")


class AskedSchema(ma.Schema):
    """The same for every address."""

    expires_in = fields.Integer(required=True, metadata={"description": "Seconds for which the mail's link is good."})
    code_expires_in = fields.Integer(required=True, metadata={"description": "Seconds for which its code is good."})


def token_field(**more: Any) -> Text:
    return Text(one_line=True, validate=validate.Length(1, 200), **more)


class LinkSchema(Schema):
    token = token_field(required=True)


class OwnerSchema(ma.Schema):
    email = fields.String(required=True, metadata={"description": "Of the account, for password managers."})


class ResetSchema(Schema):
    token = token_field(metadata={"description": "Of the link: what follows #token= in it."})
    code = Text(
        one_line=True,
        validate=validate.Length(1, 20),
        metadata={"description": "Of the mail, in the browser that asked for it; six digits."},
    )
    password = new_password_field()

    @ma.validates_schema(skip_on_field_errors=False)
    def one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        if ("token" in data) == ("code" in data):
            raise ma.ValidationError(EITHER, "code" if "token" not in data else "token")
