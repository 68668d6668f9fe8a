"""The shapes that the auth routes take and answer. They describe; they never look anything up."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts.acting import Actor
from app.accounts.current import CurrentSession
from app.accounts.fields import AddressText, new_password_field, password_field
from app.accounts.schemas import UserSchema
from app.browser.schemas import MAX_CODE
from app.core import clock
from app.core.http import Flag, Moment, Schema, Text
from app.core.paging import PageSchema
from app.sessions import Session
from app.sessions.schemas import SessionSchema


class LoginSchema(Schema):
    email = AddressText()
    password = password_field()
    remember = Flag(load_default=False)


class ConfirmSchema(Schema):
    method = Text(
        one_line=True,
        load_default="password",
        validate=validate.Length(1, 50),
        metadata={"description": "One of those that GET /auth/confirm answers."},
    )
    password = password_field(required=False, metadata={"format": "password", "description": "Of the method password."})
    code = Text(
        one_line=True,
        validate=validate.Length(1, MAX_CODE),
        metadata={"description": "Of methods that are codes, such as totp, or recovery_code."},
    )
    credential = fields.Dict(
        keys=fields.String(),
        metadata={"description": "Of the method passkey: what `navigator.credentials` answered, by its `toJSON()`."},
    )


class ConfirmationsSchema(ma.Schema):
    methods = fields.List(fields.String(), required=True, metadata={"description": "Those that you have."})


class ChangePasswordSchema(Schema):
    current_password = password_field(
        required=False,
        load_default=None,
        metadata={"format": "password", "description": "Of an account that has one."},
    )
    new_password = new_password_field()


class GrantSchema(Schema):
    """What ``grant_type`` asks for, and nothing of another one's."""

    error_messages = {"unknown": "Does not belong to this grant."}


class PasswordGrantSchema(GrantSchema):
    grant_type = fields.String(required=True, validate=validate.Equal("password"))
    email = AddressText()
    password = password_field()


class RefreshGrantSchema(GrantSchema):
    grant_type = fields.String(required=True, validate=validate.Equal("refresh_token"))
    refresh_token = fields.String(required=True, validate=validate.Length(1, 4096))


GRANTS: dict[str, Schema] = {"password": PasswordGrantSchema(), "refresh_token": RefreshGrantSchema()}


class TokenRequestSchema(Schema):
    """The fields of one of the grants."""

    class Meta:
        unknown = ma.INCLUDE

    grant_type = fields.String(required=True, validate=validate.OneOf(list(GRANTS)))

    @ma.post_load
    def as_the_grant_says(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        loaded: dict[str, Any] = GRANTS[data["grant_type"]].load(data)
        return loaded


class OwnSessionSchema(SessionSchema):
    """What the guard reads of the session, and no more."""

    class Meta:
        fields = ("id", "created_at", "authenticated_at", "expires_at", "remember", "methods", "assured_at")

    methods = fields.List(fields.String(), required=True, metadata={"description": "The strategies that were passed."})
    assured_at = Moment(
        required=True, allow_none=True, metadata={"description": "When a second factor was shown last, if ever."}
    )


class DeviceSchema(SessionSchema):
    current = fields.Boolean(required=True)


class DevicesSchema(PageSchema):
    items = fields.List(fields.Nested(DeviceSchema), required=True)


class SignOutEverywhereSchema(Schema):
    keep_current = Flag(load_default=False, metadata={"description": "This session goes on; the others end."})


class ActorSchema(ma.Schema):
    id = fields.UUID(required=True)
    email = fields.String(required=True)
    until = Moment(required=True)


class SessionStateSchema(ma.Schema):
    user = fields.Nested(UserSchema, required=True, allow_none=True)
    session = fields.Nested(OwnSessionSchema)
    expires_in = fields.Integer()
    actor = fields.Nested(
        ActorSchema, metadata={"description": "Who acts for the user in this session, where it is not they themselves."}
    )


def show_session(session: CurrentSession) -> dict[str, Any]:
    """What ``OwnSessionSchema`` dumps, without marshmallow: each page asks for it first of all."""
    return {
        "id": str(session.id),
        "created_at": clock.iso(session.created_at),
        "authenticated_at": clock.iso(session.authenticated_at),
        "expires_at": clock.iso(session.expires_at),
        "remember": session.remember,
        "methods": session.methods,
        "assured_at": clock.iso(session.assured_at),
    }


def show_actor(actor: Actor | None) -> dict[str, Any]:
    """What ``SessionStateSchema`` has of it, if anything."""
    if actor is None:
        return {}
    return {"actor": {"id": str(actor.id), "email": actor.email, "until": clock.iso(actor.until)}}


def show_device(session: Session, *, current: bool) -> dict[str, Any]:
    """``DeviceSchema``: a session, and whether it is the one that asks, which the row does not say."""
    return {**SessionSchema().dump(session), "current": current}
