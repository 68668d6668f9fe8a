"""The shapes of asking for a link or a code, and of bringing it back."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts.fields import AddressText
from app.browser.destinations import MAX_LENGTH
from app.core.http import Flag, Schema, Text

MAX_TOKEN = 200
MAX_CODE = 40
"""Room for the blanks that people type, or copy, around six digits."""


class AskForLinkSchema(Schema):
    email = AddressText(format="email")
    remember = Flag(load_default=False, metadata={"description": "They want to stay signed in in this browser."})
    next = Text(
        one_line=True,
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=MAX_LENGTH),
        metadata={"description": "Where the page that the link opens goes on to."},
    )


class AskForLinkFormSchema(AskForLinkSchema):
    """The form to sign in, sent by the button that asks for a mail. A password that was typed is not looked at."""

    password = fields.String()


class MailAskedSchema(ma.Schema):
    """The same for every address."""

    expires_in = fields.Integer(required=True, metadata={"description": "Seconds that the link is good for."})
    code_expires_in = fields.Integer(required=True, metadata={"description": "Seconds that the code is good for."})


def code_field(**more: Any) -> Text:
    description = "The six digits of the mail, in the browser that asked for it."
    return Text(one_line=True, validate=validate.Length(1, MAX_CODE), metadata={"description": description}, **more)


class FinishLinkSchema(Schema):
    """The link's token, or the code."""

    token = Text(
        one_line=True,
        validate=validate.Length(1, MAX_TOKEN),
        metadata={"description": "What stands behind `#token=` in the link."},
    )
    code = code_field()
    confirm = Flag(
        load_default=False,
        metadata={"description": "The person has seen who asked for the link, and wants to come in here as well."},
    )
    remember = Flag(
        load_default=None,
        allow_none=True,
        metadata={"description": "null: in the browser that asked, as it was said there; else false."},
    )

    @ma.validates_schema
    def one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        if ("token" in data) == ("code" in data):
            raise ma.ValidationError("Send either the token or the code.", "token")


class ConfirmCodeSchema(Schema):
    code = code_field(required=True)
