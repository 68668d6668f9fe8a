"""Inviting, for those who may; accepting, for whoever has the link; and who may register at all, for anybody."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, current_app

from app.accounts import (
    ASSURANCE_REQUIRED,
    EMAIL_TAKEN,
    LINK_OVER,
    REGISTRATION_CLOSED,
    ROLE_ABOVE_YOURS,
    Attempt,
    User,
)
from app.accounts.roles import DEFAULT_ROLE
from app.accounts.schemas import UserSchema
from app.browser.schemas import SignedInSchema, StepSchema
from app.browser.signed_in import complete
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.mail import MAIL_NOT_SET_UP
from app.core.openapi import SETS_COOKIES, Blueprint, asks_gates, needs_cookies
from app.core.refusals import BUSY
from app.core.settings import of
from app.features.invitations import accepting, service
from app.features.invitations.accepting import NOT_YOUR_INVITATION
from app.features.invitations.models import Invitation
from app.features.invitations.schemas import (
    AcceptInvitationSchema,
    InvitationSchema,
    InvitationsQuerySchema,
    InvitationsSchema,
    InvitationTokenSchema,
    NewInvitationSchema,
    OwnInvitationSchema,
    RegistrationSchema,
    SendAgainSchema,
)
from app.features.invitations.service import USERS_INVITE, WAY
from app.features.invitations.settings import Settings
from app.guards import PROGRAMS_TOO, current_user, login_required, permission_required, public, require_assurance
from app.passport import Success
from app.sessions.signing import NO_SIGNING_KEY

invitations = Blueprint("invitations", __name__, url_prefix="/api/invitations", description="Inviting people.")
registration = Blueprint("registration", __name__, url_prefix="/auth", tag="auth")

TOKEN = "CmUsl4lL4PpYbO1YH8ZgQ8hY0Zc4Xv2b0q4m1kq1N3s"  # noqa: S105 (as the documents show one)


@invitations.get("")
@permission_required(USERS_INVITE, via=PROGRAMS_TOO)
@invitations.arguments(InvitationsQuerySchema, location="query")
@invitations.response(200, InvitationsSchema)
def list_invitations(query: dict[str, Any]) -> dict[str, Any]:
    """Who was invited, the latest first."""
    found, next_cursor = service.list_invitations(**query)
    return {"items": found, "next_cursor": next_cursor}


@invitations.post("")
@asks_gates
@permission_required(USERS_INVITE, via=PROGRAMS_TOO)
@invitations.arguments(NewInvitationSchema, example={"email": "grace@example.com", "role": "user"})
@invitations.response(201, InvitationSchema)
@invitations.refuses(EMAIL_TAKEN, note="To those who may see the users.")
@invitations.refuses(ROLE_ABOVE_YOURS, REGISTRATION_CLOSED, MAIL_NOT_SET_UP, ASSURANCE_REQUIRED)
def create_invitation(fields: dict[str, Any]) -> Invitation:
    """Invite somebody by mail. It takes the place of an invitation that the address has already.

    Whoever has set up a second factor shows it to give another role than that of everybody.
    """
    user = current_user()
    if fields["role"] != DEFAULT_ROLE:
        require_assurance(user, within="fresh", if_enrolled=True, of_keys=False)
    return service.invite(**fields, by=user)


@invitations.post("/<uuid:invitation_id>/resend")
@asks_gates
@permission_required(USERS_INVITE, via=PROGRAMS_TOO)
@invitations.arguments(SendAgainSchema)
@invitations.response(200, InvitationSchema)
@invitations.refuses(NOT_FOUND, note="No such invitation, or accepted, or taken back.")
@invitations.refuses(ROLE_ABOVE_YOURS, REGISTRATION_CLOSED, MAIL_NOT_SET_UP)
def resend_invitation(fields: dict[str, Any], invitation_id: uuid.UUID) -> Invitation:
    """Mail another link, which is good for as long as a new one. That of the mail before is void."""
    return service.send_again(invitation_id, **fields, by=current_user())


@invitations.delete("/<uuid:invitation_id>")
@permission_required(USERS_INVITE, via=PROGRAMS_TOO)
@invitations.response(204)
@invitations.refuses(NOT_FOUND, note="No such invitation, or accepted, or taken back already.")
@invitations.refuses(ROLE_ABOVE_YOURS)
def revoke_invitation(invitation_id: uuid.UUID) -> Response:
    """Take an invitation back: its link leads nowhere any more."""
    service.revoke(invitation_id, by=current_user())
    return no_content()


@registration.get("/registration")
@public
@registration.response(200, RegistrationSchema)
def show_registration() -> dict[str, str]:
    """Who may make an account: anybody, whoever was invited, or nobody. For a front end's links."""
    return {"mode": of(current_app, Settings).mode}


@registration.post("/invitations/look")
@asks_gates
@public
@registration.arguments(InvitationTokenSchema, example={"token": TOKEN})
@registration.response(200, OwnInvitationSchema)
@registration.refuses(LINK_OVER)
def look_at_invitation(fields: dict[str, Any]) -> dict[str, Any]:
    """What a link is for. It is not used up."""
    found = accepting.find(**fields)
    return {
        "email": found.email,
        "role": found.role,
        "invited_by": found.inviter,
        "expires_at": found.expires_at,
        "has_account": accepting.has_account(found),
    }


@registration.post("/invitations/accept")
@asks_gates
@needs_cookies
@public
@registration.arguments(AcceptInvitationSchema, example={"token": TOKEN, "password": "correct horse battery"})
@registration.response(200, SignedInSchema, headers=SETS_COOKIES)
@registration.alt_response(202, schema=StepSchema, description="The account is made; a step is left to sign in.")
@registration.refuses(LINK_OVER, NO_SIGNING_KEY, BUSY)
@registration.refuses(EMAIL_TAKEN, note="There is an account by now: sign in to it, then claim the role.")
def accept_invitation(fields: dict[str, Any]) -> Response:
    """Make the account with a password, and sign in to it. The link has proved the address."""
    user = accepting.accept(**fields)
    return complete(Attempt(Success(user, WAY)))


@registration.post("/invitations/claim")
@asks_gates
@login_required
@registration.arguments(InvitationTokenSchema, example={"token": TOKEN})
@registration.response(200, UserSchema)
@registration.refuses(LINK_OVER, NOT_YOUR_INVITATION)
def claim_invitation(fields: dict[str, Any]) -> User:
    """Take the role of an invitation to your own address. It takes nothing away that you may do already."""
    return accepting.claim(**fields, caller=current_user())
