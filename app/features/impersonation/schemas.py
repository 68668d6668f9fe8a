"""The shapes of impersonations."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts.schemas import UserSchema
from app.core.http import Schema, Text
from app.core.languages import said

MAX_REASON = 500
MAX_MINUTES = 480


def _check_not_blank(text: str) -> None:
    if not text.strip():
        raise ma.ValidationError(said("Say why."))


class BeginSchema(Schema):
    reason = Text(
        required=True,
        validate=[validate.Length(1, MAX_REASON), _check_not_blank],
        metadata={"description": "It is kept, and the person is told."},
    )
    minutes = fields.Integer(
        strict=True,
        load_default=None,
        validate=validate.Range(1, MAX_MINUTES),
        metadata={"description": "IMPERSONATION_MINUTES by default, and at most."},
    )


class EndedSchema(ma.Schema):
    user = fields.Nested(
        UserSchema,
        required=True,
        allow_none=True,
        metadata={"description": "You; null: your own session has ended, or nothing was left to end."},
    )
    expires_in = fields.Integer()
