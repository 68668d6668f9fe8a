"""``flask users invite`` and ``flask users invitations``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.accounts import ROLES
from app.core.choices import Choice
from app.core.cli import as_json, print_json, print_json_list, refusals
from app.core.places import public_link
from app.core.tables import moment, print_labelled, print_table
from app.features.invitations import accepting, service
from app.features.invitations.models import Invitation
from app.features.invitations.schemas import STATUSES, InvitationSchema

PAGE = "/invitation#token="
_SHAPE = InvitationSchema()


def _row(invitation: Invitation) -> dict[str, str]:
    return {
        "Address": invitation.email,
        "Role": invitation.role,
        "State": invitation.status,
        "Invited": moment(invitation.created_at),
        "Until": moment(invitation.expires_at),
        "Id": str(invitation.id),
    }


@click.command("invite")
@click.argument("email")
@click.option("--role", type=Choice(ROLES), default="user", show_default=True)
@click.option("--days", type=click.IntRange(1, service.MAX_DAYS), help="For how long it is good.")
@click.option("--link", is_flag=True, help="Mail nothing: print the link, to be handed over.")
@as_json
@with_appcontext
@refusals
def invite(email: str, role: str, days: int | None, link: bool, as_json: bool) -> None:
    """Invite somebody by mail to make an account."""
    invitation = service.invite(email, role, days=days, send=not link)
    made = accepting.new_secret(invitation.id) if link else None
    address = None if made is None else public_link(f"{PAGE}{made[1]}")
    if as_json:
        print_json({**_SHAPE.dump(invitation), **({"link": address} if address else {})})
        return
    print_labelled(_row(invitation), err=bool(address))
    if address:
        click.echo(address)


@click.command("invitations")
@click.option("--status", type=click.Choice(STATUSES))
@as_json
@with_appcontext
@refusals
def invitations(status: str | None, as_json: bool) -> None:
    """List the latest invitations."""
    found, _ = service.list_invitations(status=status, limit=100)  # type: ignore[arg-type]  # click has checked it
    if as_json:
        print_json_list(map(_SHAPE.dump, found))
        return
    print_table(("Address", "Role", "State", "Invited", "Until", "Id"), (tuple(_row(each).values()) for each in found))


@click.command("revoke-invitation")
@click.argument("invitation_id", metavar="ID", type=click.UUID)
@as_json
@with_appcontext
@refusals
def revoke(invitation_id: object, as_json: bool) -> None:
    """Take an invitation back."""
    service.revoke(invitation_id)  # type: ignore[arg-type]  # click has made one of it
    if as_json:
        print_json({"revoked": str(invitation_id)})
    else:
        click.echo(f"{invitation_id}: revoked.")
