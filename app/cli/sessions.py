"""``flask sessions``: who is signed in, by e-mail address."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import click
from flask.cli import AppGroup

from app import sessions as service
from app.accounts.cli import the_user
from app.core.cli import as_json, print_json, print_json_list, prune, refusals
from app.core.errors import NOT_FOUND
from app.core.tables import moment, print_table
from app.extensions import db
from app.sessions import Session
from app.sessions.schemas import SessionSchema, UserSessionSchema

sessions = AppGroup("sessions", help="Manage sessions.")


_SHAPE = SessionSchema(only=(*UserSessionSchema.Meta.fields, "remember"))


def _active(user_id: uuid.UUID) -> Iterator[Session]:
    cursor = None
    while True:
        page, cursor = service.list_active(user_id, cursor=cursor)
        db.session.commit()  # whoever reads slowly through a pipe keeps no transaction open
        yield from page
        if cursor is None:
            return


@sessions.command("list")
@click.argument("email")
@as_json
@refusals
def list_(email: str, as_json: bool) -> None:
    """List where somebody is signed in, the last seen first."""
    active = _active(the_user(email).id)
    if as_json:
        print_json_list(map(_SHAPE.dump, active))
        return
    headings = ("Id", "Signed in", "Last seen", "From", "Browser")
    rows = (
        (
            str(session.id),
            moment(session.created_at),
            moment(session.last_seen_at),
            session.address or "",
            session.user_agent or "",
        )
        for session in active
    )
    print_table(headings, rows)


@sessions.command("revoke")
@click.argument("email")
@click.option("--id", "session_id", type=click.UUID, help="Only this session; all of them without it.")
@as_json
@refusals
def revoke(email: str, session_id: uuid.UUID | None, as_json: bool) -> None:
    """Sign somebody out, from their next request on."""
    user = the_user(email)
    if session_id is None:
        ended = service.revoke_all(user.id, "revoked_by_operator")
    else:
        ended = int(service.revoke(session_id, "revoked_by_operator", user_id=user.id))
        if not ended:
            raise NOT_FOUND(f"{email} has no such active session.")
    if as_json:
        print_json({"revoked": ended})
    else:
        click.echo(f"{ended} ended.")


sessions.add_command(prune)
