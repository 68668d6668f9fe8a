"""The shapes of wishes, and of the way back into an account."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from app.core.http import Flag, Schema, Text


class NoticeWishSchema(ma.Schema):
    kind = fields.String(required=True)
    about = fields.String(required=True, metadata={"description": "What such a mail is, for people."})
    wanted = fields.Boolean(required=True)


class NoticeWishesSchema(ma.Schema):
    items = fields.List(fields.Nested(NoticeWishSchema), required=True)


class WishChangeSchema(Schema):
    kind = Text(required=True, one_line=True, validate=validate.Length(1, 60))
    wanted = Flag(required=True)


class NotMeSchema(Schema):
    token = Text(required=True, one_line=True, validate=validate.Length(1, 200))


class SecuredSchema(ma.Schema):
    reset_token = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "For a new password, at once. null: the account has another address by now, or is disabled."
        },
    )
