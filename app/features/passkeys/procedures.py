"""``passkey``: what ``/auth/passkeys`` does for somebody signed in. Signing in by one is REST: it sets cookies."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.browser import binding
from app.core.http import Schema
from app.features.passkeys import proving, service
from app.features.passkeys.models import Passkey
from app.features.passkeys.schemas import (
    AddOptionsSchema,
    NewPasskeySchema,
    OptionsSchema,
    PasskeyNameSchema,
    PasskeyProofSchema,
    PasskeySchema,
    PasskeysSchema,
    passkeys_of,
    with_lifetime,
)
from app.guards import require_assurance
from app.trpc import Context, Router, fresh_required, login_required

rpc = Router()


class PasskeyOptions(OptionsSchema):
    """By the name that clients import."""


class AddPasskey(AddOptionsSchema):
    """The same."""


class PasskeyRef(Schema):
    id = fields.UUID(required=True)


class PasskeyName(PasskeyNameSchema, PasskeyRef):
    """The name, and of which passkey: REST has that in its path."""


@rpc.query("passkey.list", output=PasskeysSchema)
@login_required
def list_passkeys(ctx: Context) -> dict[str, Any]:
    """Your passkeys, the latest first, and what a browser wants to know to forget others."""
    return passkeys_of(ctx.caller.id)


@rpc.mutation("passkey.addOptions", input=AddPasskey, output=PasskeyOptions)
@fresh_required
def add_options(ctx: Context, wish: dict[str, Any]) -> dict[str, Any]:
    """What the browser makes a passkey with. The cookie of the answer is how it is known again."""
    require_assurance(ctx.caller, within="fresh", if_enrolled=True)
    return with_lifetime(service.options_to_add(ctx.caller, bound_to=binding.ensured(), quietly=wish["quietly"]))


@rpc.mutation("passkey.add", input=NewPasskeySchema, output=PasskeySchema)
@fresh_required
def add(ctx: Context, new: dict[str, Any]) -> Passkey:
    """Let the passkey that the browser has made open your account."""
    require_assurance(ctx.caller, within="fresh", if_enrolled=True)
    return service.add(ctx.caller, new["credential"], new["name"], bound_to=binding.ensured())


@rpc.mutation("passkey.rename", input=PasskeyName, output=PasskeySchema)
@login_required
def rename(ctx: Context, change: dict[str, Any]) -> Passkey:
    """Call your passkey something else."""
    return service.rename(ctx.caller.id, change["id"], change["name"])


@rpc.mutation("passkey.remove", input=PasskeyRef)
@fresh_required
def remove(ctx: Context, ref: dict[str, Any]) -> None:
    """Let a passkey open your account no more."""
    require_assurance(ctx.caller, within="fresh", if_enrolled=True)
    service.remove(ctx.caller.id, ref["id"])


@rpc.mutation("passkey.verifyOptions", output=PasskeyOptions)
@login_required
def verify_options(ctx: Context) -> dict[str, Any]:
    """What the browser asks for a passkey of yours with, to confirm that it is still you."""
    ctx.caller.own_session()
    return with_lifetime(proving.options_for(ctx.caller.id, "confirm", bound_to=binding.ensured()))


@rpc.mutation("passkey.verify", input=PasskeyProofSchema)
@login_required
def verify(ctx: Context, proof: dict[str, Any]) -> None:
    """Prove it is still you: the session is fresh then, and has shown a second factor."""
    proving.confirm(ctx.caller, proof["credential"], bound_to=binding.ensured())
