"""The shapes that the auth routes take and answer. They describe; they never look anything up."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.accounts import Identity
from app.accounts.current import CurrentSession
from app.accounts.emails import MAX_LENGTH as MAX_EMAIL
from app.accounts.passwords import MAX_LENGTH as MAX_PASSWORD
from app.accounts.passwords import MIN_LENGTH as MIN_PASSWORD
from app.accounts.schemas import UserSchema
from app.auth.destinations import MAX_LENGTH as MAX_PLACE
from app.core import clock
from app.core.http import Flag, Schema, Text
from app.core.paging import PageSchema
from app.sessions import Session

MAX_SENT_PASSWORD = 1000
"""Far above what is accepted for a new password: a wrong guess of any length is just a wrong guess."""
ASCII_WHITESPACE = "\t\n\f\r "
ADDRESS = r"^[\t\n\f\r ]*[^\u0000- \u007f\u0085\u2028\u2029][^\u0000-\u001f\u007f\u0085\u2028\u2029]*[\t\n\f\r ]*$"


class AddressText(Text):
    """An e-mail address as it was typed. ASCII white space around it goes, as in a form's field (HTML: type=email).

    Nothing else is changed: what two addresses are compared by is for ``accounts.emails``.
    """

    def __init__(self, **metadata: str) -> None:
        super().__init__(
            required=True,
            one_line=True,
            validate=validate.Length(1, MAX_EMAIL),
            metadata={"pattern": ADDRESS, **metadata},
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        trimmed = value.strip(ASCII_WHITESPACE) if isinstance(value, str) else value
        return super()._deserialize(trimmed, attr, data, **kwargs)


def _password(**more: Any) -> fields.String:
    """One that is asked for, to be compared."""
    kwargs = {"required": True, "metadata": {"format": "password"}, **more}
    return fields.String(validate=validate.Length(1, MAX_SENT_PASSWORD), **kwargs)


def _new_password() -> fields.String:
    """One to be kept. ``accounts`` decides, which tells all that is wrong at once; this is what a document can say."""
    return _password(
        metadata={
            "format": "password",
            "minLength": MIN_PASSWORD,
            "maxLength": MAX_PASSWORD,
            "pattern": r"^[^\u0000]*$",
            "description": "Hashed in NFKC (NIST SP 800-63B-4), in which it must be long enough, too.",
        },
    )


class RegisterSchema(Schema):
    email = AddressText(format="email")
    password = _new_password()
    name = Text(
        one_line=True,
        allow_none=True,
        load_default=None,
        validate=validate.Length(1, 100),
        metadata={"description": "Printable characters."},
    )


class LoginSchema(Schema):
    email = AddressText()
    password = _password()
    remember = Flag(load_default=False)


class PasswordSchema(Schema):
    password = _password()


class ChangePasswordSchema(Schema):
    current_password = _password(
        required=False,
        load_default=None,
        metadata={"format": "password", "description": "Of an account that has one."},
    )
    new_password = _new_password()


class GrantSchema(Schema):
    """What ``grant_type`` asks for, and nothing of another one's."""

    error_messages = {"unknown": "Does not belong to this grant."}


class PasswordGrantSchema(GrantSchema):
    grant_type = fields.String(required=True, validate=validate.Equal("password"))
    email = AddressText()
    password = _password()


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


class TokenSchema(ma.Schema):
    """The answer of RFC 6749 section 5.1."""

    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    token_type = fields.String(required=True, validate=validate.Equal("Bearer"))
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})


class SignedInSchema(ma.Schema):
    user = fields.Nested(UserSchema, required=True)
    expires_in = fields.Integer(
        required=True, metadata={"description": "Seconds until the access token needs a refresh."}
    )


class OwnSessionSchema(ma.Schema):
    id = fields.UUID(required=True)
    created_at = fields.DateTime(required=True)
    authenticated_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)
    remember = fields.Boolean(required=True)


class DeviceSchema(OwnSessionSchema):
    last_seen_at = fields.DateTime(required=True)
    user_agent = fields.String(required=True)
    address = fields.String(required=True)
    current = fields.Boolean(required=True)


class DevicesSchema(PageSchema):
    items = fields.List(fields.Nested(DeviceSchema), required=True)


class SignOutEverywhereSchema(Schema):
    keep_current = Flag(load_default=False, metadata={"description": "This session goes on; the others end."})


class SessionStateSchema(ma.Schema):
    user = fields.Nested(UserSchema, required=True, allow_none=True)
    session = fields.Nested(OwnSessionSchema)
    expires_in = fields.Integer()


class ProviderSchema(ma.Schema):
    name = fields.String(required=True)
    label = fields.String(required=True)
    start_url = fields.String(required=True)


class ProvidersSchema(ma.Schema):
    items = fields.List(fields.Nested(ProviderSchema), required=True)


class LocationSchema(ma.Schema):
    location = fields.String(required=True, metadata={"description": "Where the browser has to go."})


class ConnectSchema(Schema):
    next = Text(one_line=True, allow_none=True, load_default=None, validate=validate.Length(1, MAX_PLACE))


class IdentitySchema(ma.Schema):
    id = fields.UUID(required=True)
    provider = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    last_used_at = fields.DateTime(required=True)


class IdentitiesSchema(ma.Schema):
    items = fields.List(fields.Nested(IdentitySchema), required=True)
    has_password = fields.Boolean(required=True)


def show_identity(identity: Identity) -> dict[str, Any]:
    """``IdentitySchema``. The subject is the provider's business."""
    return {
        "id": str(identity.id),
        "provider": identity.provider,
        "email": identity.email,
        "created_at": clock.iso(identity.created_at),
        "last_used_at": clock.iso(identity.last_used_at),
    }


def show_session(session: CurrentSession | Session) -> dict[str, Any]:
    """``OwnSessionSchema``."""
    return {
        "id": str(session.id),
        "created_at": clock.iso(session.created_at),
        "authenticated_at": clock.iso(session.authenticated_at),
        "expires_at": clock.iso(session.expires_at),
        "remember": session.remember,
    }


def show_device(session: Session, *, current: bool) -> dict[str, Any]:
    """``DeviceSchema``."""
    return show_session(session) | {
        "last_seen_at": clock.iso(session.last_seen_at),
        "user_agent": session.user_agent,
        "address": session.address,
        "current": current,
    }
