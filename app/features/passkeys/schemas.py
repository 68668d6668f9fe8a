"""The shapes of passkeys, and of what browsers are asked for and answer."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate
from webauthn.helpers import bytes_to_base64url

from app.accounts.fields import AddressText, name_field, own_name_field
from app.core.http import Flag, Moment, Schema, Text
from app.features.passkeys import service
from app.features.passkeys.challenges import LIFETIME
from app.features.passkeys.relying_party import rp_id

MAX_TOKEN = 200


class OptionsSchema(ma.Schema):
    options = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "For `navigator.credentials`, as WebAuthn Level 3 writes it in JSON."},
    )
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds that the challenge is good for."})


def with_lifetime(options: dict[str, Any]) -> dict[str, Any]:
    """``OptionsSchema``."""
    return {"options": options, "expires_in": int(LIFETIME.total_seconds())}


def credential_field() -> fields.Dict:
    description = "What `navigator.credentials` answered, by its `toJSON()`."
    return fields.Dict(keys=fields.String(), required=True, metadata={"description": description})


class PasskeySignInSchema(Schema):
    credential = credential_field()
    remember = Flag(load_default=False, metadata={"description": "They want to stay signed in in this browser."})


class PasskeyProofSchema(Schema):
    credential = credential_field()


def token_field() -> Text:
    description = "The `token` of the step."
    return Text(
        required=True, one_line=True, validate=validate.Length(1, MAX_TOKEN), metadata={"description": description}
    )


class StepOptionsSchema(Schema):
    token = token_field()


class StepProofSchema(Schema):
    token = token_field()
    credential = credential_field()


class AddOptionsSchema(Schema):
    quietly = Flag(
        load_default=False,
        metadata={"description": 'For `mediation: "conditional"`: the browser may make one without asking anybody.'},
    )


class NewPasskeySchema(Schema):
    name = name_field(required=True)
    credential = credential_field()


class JoinSchema(Schema):
    name = own_name_field(load_default=None)


class SignUpOptionsSchema(JoinSchema):
    email = AddressText(format="email")


class AcceptOptionsSchema(JoinSchema):
    token = Text(
        one_line=True,
        required=True,
        validate=validate.Length(1, MAX_TOKEN),
        metadata={"description": "Of the invitation: what follows ``#token=`` in the link."},
    )


class MadeSchema(Schema):
    """The passkey of a new account."""

    passkey_name = name_field(required=True)
    credential = credential_field()


class SignUpSchema(SignUpOptionsSchema, MadeSchema):
    """What the options were asked with, and what came of them."""


class AcceptSchema(AcceptOptionsSchema, MadeSchema):
    """The same of an invitation."""


class PasskeyNameSchema(Schema):
    name = name_field(required=True)


class PasskeySchema(ma.Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    credential_id = fields.String(required=True, attribute="credential")
    synced = fields.Boolean(
        required=True,
        attribute="backed_up",
        metadata={"description": "It was on more than one device, the last time that it was used."},
    )
    can_sync = fields.Boolean(
        required=True, attribute="backup_eligible", metadata={"description": "false: it never leaves its device."}
    )
    aaguid = fields.String(required=True, metadata={"description": "The authenticator's model, by its own word."})
    created_at = Moment(required=True)
    last_used_at = Moment(required=True, allow_none=True)


class PasskeysSchema(ma.Schema):
    items = fields.List(fields.Nested(PasskeySchema), required=True)
    rp_id = fields.String(required=True, metadata={"description": "The domain that they belong to."})
    user_handle = fields.String(
        required=True, allow_none=True, metadata={"description": "What authenticators know the caller by; base64url."}
    )


def passkeys_of(user_id: uuid.UUID) -> dict[str, Any]:
    """``PasskeysSchema``."""
    handle = service.known_handle(user_id)
    known_by = None if handle is None else bytes_to_base64url(handle)
    return {"items": service.list_of(user_id), "rp_id": rp_id(), "user_handle": known_by}


class RelatedOriginsSchema(ma.Schema):
    origins = fields.List(fields.String(), required=True)
