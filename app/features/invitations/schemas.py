"""The shapes of invitations and of who may register."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts import ROLES
from app.accounts.fields import AddressText, RoleName, new_password_field, own_name_field
from app.core.choices import OneOf
from app.core.http import Moment, Schema, Text
from app.core.paging import PageQuerySchema, PageSchema
from app.features.invitations.service import MAX_DAYS
from app.features.invitations.settings import MODES

STATUSES = ("open", "accepted", "revoked", "expired")
_DAYS = {"description": "For how long it is good; INVITATION_DAYS by default."}


def _days() -> fields.Integer:
    return fields.Integer(strict=True, load_default=None, validate=validate.Range(1, MAX_DAYS), metadata=_DAYS)


class RegistrationSchema(ma.Schema):
    mode = fields.String(required=True, validate=validate.OneOf(MODES))


class NewInvitationSchema(Schema):
    email = AddressText(format="email")
    role = fields.String(required=True, validate=OneOf(ROLES))
    days = _days()


class SendAgainSchema(Schema):
    days = _days()


class InvitationSchema(ma.Schema):
    id = fields.UUID(required=True)
    email = fields.String(required=True)
    role = RoleName(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    invited_by = fields.UUID(
        required=True, allow_none=True, metadata={"description": "null: an operator, by the command line."}
    )
    created_at = Moment(required=True)
    expires_at = Moment(required=True)
    accepted_at = Moment(required=True, allow_none=True)
    accepted_by = fields.UUID(required=True, allow_none=True)
    revoked_at = Moment(required=True, allow_none=True)


class InvitationsQuerySchema(PageQuerySchema):
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))


class InvitationsSchema(PageSchema):
    items = fields.List(fields.Nested(InvitationSchema), required=True)


class InvitationTokenSchema(Schema):
    token = Text(
        one_line=True,
        required=True,
        validate=validate.Length(1, 200),
        metadata={"description": "Of the link in the mail: what follows ``#token=``."},
    )


class AcceptInvitationSchema(InvitationTokenSchema):
    password = new_password_field()
    name = own_name_field(load_default=None)


class OwnInvitationSchema(ma.Schema):
    """What whoever has the link may know."""

    email = fields.String(required=True)
    role = RoleName(required=True)
    invited_by = fields.String(
        required=True, allow_none=True, metadata={"description": "The name of whoever invites, if they have said one."}
    )
    expires_at = Moment(required=True)
    has_account = fields.Boolean(
        required=True, metadata={"description": "The address has an account: sign in to it, then claim the role."}
    )
