"""The shapes of proving an address, and of asking for another mail."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts.fields import AddressText, password_field
from app.accounts.schemas import UserSchema
from app.core.http import Flag, Schema, Text

MAX_SECRET = 200
ONE_OF_THEM = "Send the link's token, or the code, or the token of a step."


def _secret(description: str) -> Text:
    return Text(
        one_line=True,
        load_default=None,
        validate=validate.Length(1, MAX_SECRET),
        metadata={"description": description},
    )


class VerifySchema(Schema):
    token = _secret("Of the link: what stands after #token= in it.")
    code = _secret("Of the mail, in the browser that asked for it.")
    password = password_field(
        required=False,
        load_default=None,
        metadata={"format": "password", "description": "The account's, where it was not made in this browser."},
    )
    afresh = Flag(
        load_default=False,
        metadata={"description": "Somebody else has set up the account: void its password, sessions, keys and all."},
    )
    step = _secret("The token of a sign-in that waits for this: it goes on.")

    @ma.validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        brought = [name for name in ("token", "code") if data.get(name) is not None]
        if len(brought) > 1 or not (brought or data.get("step")):
            raise ma.ValidationError(ONE_OF_THEM, "token")


class VerifiedSchema(ma.Schema):
    """The address is proved."""

    user = fields.Nested(
        UserSchema, required=True, allow_none=True, metadata={"description": "Who is signed in now; null: nobody."}
    )
    expires_in = fields.Integer(metadata={"description": "Seconds, where somebody was signed in by this."})
    reset_token = fields.String(metadata={"description": "After `afresh`: sets a new password, on /reset-password."})


class AddressSchema(Schema):
    email = AddressText(format="email")


class ResendSchema(AddressSchema):
    step = _secret("The token of a sign-in that waits for this, if there is one.")
