"""``flask users ban`` and ``unban``: keep somebody out until a moment, or for good."""

from __future__ import annotations

import datetime as dt

import click
from marshmallow import ValidationError

from app import accounts
from app.accounts.cli import the_user
from app.accounts.schemas import NewBanSchema
from app.cli.moments import When
from app.cli.users import print_user, users
from app.core.cli import as_json, refusals
from app.core.errors import invalid


@users.command("ban")
@click.argument("email")
@click.option("--reason", required=True, help="Why; the person is told when they sign in with the right password.")
@click.option("--until", type=When(), help="2030-01-31, 2030-01-31T12:00Z, or 30m, 12h, 3d, 2w. Without: for good.")
@as_json
@refusals
def ban(email: str, reason: str, until: dt.datetime | None, as_json: bool) -> None:
    """Keep somebody out, from their next request on. Every session ends. It is lifted by itself at its end."""
    try:
        NewBanSchema(only=["reason"]).load({"reason": reason})
    except ValidationError as error:
        raise invalid(error.normalized_messages()) from None  # type: ignore[no-untyped-call]
    print_user(accounts.ban(the_user(email), reason, until), as_json)


@users.command("unban")
@click.argument("email")
@as_json
@refusals
def unban(email: str, as_json: bool) -> None:
    """Lift a ban before its end."""
    print_user(accounts.unban(the_user(email)), as_json)
