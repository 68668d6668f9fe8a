"""The shapes of the meter's question and answer."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts.emails import MAX_LENGTH as MAX_EMAIL
from app.accounts.fields import password_field
from app.accounts.names import MAX_LENGTH as MAX_NAME
from app.core.http import Schema

WORDS = ("Very weak", "Weak", "Fair", "Good", "Strong")


class CandidateSchema(Schema):
    """A password that is being typed, and what stands in the fields beside it by now: all of it may be unfinished."""

    password = password_field()
    email = fields.String(load_default="", validate=validate.Length(max=MAX_EMAIL))
    name = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=MAX_NAME))


class PasswordReasonSchema(ma.Schema):
    code = fields.String(required=True, metadata={"description": "Stable: docs/passwords.md."})
    message = fields.String(required=True, metadata={"description": "For people."})


class StrengthSchema(ma.Schema):
    score = fields.Integer(required=True, validate=validate.Range(0, 4), metadata={"description": "4 is the best."})
    word = fields.String(required=True, validate=validate.OneOf(WORDS), metadata={"description": "The same in a word."})
    reasons = fields.List(
        fields.Nested(PasswordReasonSchema),
        required=True,
        metadata={"description": "Why it would be refused. None: it would not, unless it is found in a leak."},
    )
