"""``invitation``: what ``/api/invitations`` does, over the same services and in the same shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from marshmallow import fields, validate

from app.accounts.roles import DEFAULT_ROLE
from app.core.http import Schema
from app.features.invitations import service
from app.features.invitations.models import Invitation, Status
from app.features.invitations.schemas import (
    STATUSES,
    InvitationSchema,
    InvitationsSchema,
    NewInvitationSchema,
    SendAgainSchema,
)
from app.features.invitations.service import USERS_INVITE
from app.guards import PROGRAMS_TOO, require_assurance
from app.trpc import Context, Router, permission_required
from app.trpc.paging import PageQuery

rpc = Router()


@dataclass
class InvitationQuery(PageQuery):
    status: Annotated[Status, fields.String(validate=validate.OneOf(STATUSES))] | None = None


class InvitationRef(Schema):
    id = fields.UUID(required=True)


class InvitationSentAgain(SendAgainSchema, InvitationRef):
    """Of which invitation: REST has that in its path."""


@rpc.query("invitation.list", input=InvitationQuery, output=InvitationsSchema)
@permission_required(USERS_INVITE, via=PROGRAMS_TOO)
def list_invitations(_ctx: Context, query: InvitationQuery) -> dict[str, Any]:
    """Who was invited, the latest first."""
    found, next_cursor = service.list_invitations(status=query.status, cursor=query.cursor, limit=query.limit)
    return {"items": found, "next_cursor": next_cursor}


@rpc.mutation("invitation.create", input=NewInvitationSchema, output=InvitationSchema)
@permission_required(USERS_INVITE, via=PROGRAMS_TOO)
def create(ctx: Context, new: dict[str, Any]) -> Invitation:
    """Invite somebody by mail. Whoever has a second factor shows it to give another role than that of everybody."""
    if new["role"] != DEFAULT_ROLE:
        require_assurance(ctx.caller, within="fresh", if_enrolled=True, of_keys=False)
    return service.invite(**new, by=ctx.caller)


@rpc.mutation("invitation.resend", input=InvitationSentAgain, output=InvitationSchema)
@permission_required(USERS_INVITE, via=PROGRAMS_TOO)
def resend(ctx: Context, which: dict[str, Any]) -> Invitation:
    """Mail another link."""
    return service.send_again(which["id"], days=which["days"], by=ctx.caller)


@rpc.mutation("invitation.revoke", input=InvitationRef)
@permission_required(USERS_INVITE, via=PROGRAMS_TOO)
def revoke(ctx: Context, which: dict[str, Any]) -> None:
    """Take an invitation back."""
    service.revoke(which["id"], by=ctx.caller)
