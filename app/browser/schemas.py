"""The shapes in which every way in ends: signed in, in cookies or in the body, or asked for a step."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts.schemas import UserSchema
from app.core.http import Flag, Schema, Text

MAX_CODE = 40
"""Room for the blanks that people type, or copy, around a code."""
MAX_TOKEN = 200


class SignedInSchema(ma.Schema):
    user = fields.Nested(UserSchema, required=True)
    expires_in = fields.Integer(
        required=True, metadata={"description": "Seconds until the access token needs a refresh."}
    )


class TokenSchema(ma.Schema):
    """The answer of RFC 6749 section 5.1."""

    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    token_type = fields.String(required=True, validate=validate.Equal("Bearer"))
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})


class NextStepSchema(ma.Schema):
    """What comes next, of which nothing more is known yet."""

    step = fields.String(required=True, metadata={"description": "What has to be done as well."})
    facts = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": "What its page may show."}
    )
    page = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Where a browser takes the step, from this server's root on; add where to go on to as "
            "`next`. Null for a step without a page, and for programs."
        },
    )


class StepSchema(NextStepSchema):
    """Nobody is signed in yet."""

    token = fields.String(required=True, metadata={"description": "Goes with the step, within ten minutes."})


class FactorCodeSchema(Schema):
    """What shows a second factor that is a code."""

    code = Text(
        one_line=True,
        required=True,
        validate=validate.Length(1, MAX_CODE),
        metadata={"description": "Good once. Blanks and hyphens do not matter."},
    )


class StepTokenSchema(Schema):
    """A sign-in that waits."""

    token = Text(
        one_line=True,
        required=True,
        validate=validate.Length(1, MAX_TOKEN),
        metadata={"description": "Of the step, as the answer 202 of the sign-in names it."},
    )


class FactorStepSchema(StepTokenSchema, FactorCodeSchema):
    """The same, to finish a sign-in with."""


class MailCodeSchema(Schema):
    again = Flag(
        load_default=False,
        metadata={"description": "Another one, where one was mailed already that is still good: that is void then."},
    )


class MailStepCodeSchema(StepTokenSchema, MailCodeSchema):
    pass


class CodeMailedSchema(ma.Schema):
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds that the code is good for, at most."})
