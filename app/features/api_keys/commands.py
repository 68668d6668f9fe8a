"""``flask keys``: the API keys of somebody's programs, by e-mail address."""

from __future__ import annotations

import uuid

import click
from flask.cli import AppGroup

from app.accounts import PERMISSIONS
from app.accounts.cli import the_user
from app.core.choices import Choice
from app.core.cli import as_json, print_json, refusals
from app.core.errors import NOT_FOUND
from app.core.tables import moment, print_labelled, print_table
from app.features.api_keys import service
from app.features.api_keys.models import ApiKey
from app.features.api_keys.schemas import KeySchema, shown_once

keys = AppGroup("keys", help="Manage API keys.")


HEADINGS = ("Id", "Name", "Begins", "Scopes", "Expires", "Last used")


def _cells(key: ApiKey) -> tuple[str, ...]:
    scopes = ",".join(key.scope_names)
    return str(key.id), key.name, key.hint, scopes, moment(key.expires_at), moment(key.last_used_at)


@keys.command("create")
@click.argument("email")
@click.option("--name", required=True, help="What it is for.")
@click.option("--scope", "scopes", multiple=True, type=Choice(PERMISSIONS), help="May be repeated.")
@click.option(
    "--days", type=click.IntRange(1, service.MAX_DAYS), help=f"Until it expires.  [default: {service.DEFAULT_DAYS}]"
)
@click.option("--no-expiry", is_flag=True, help="Make one that does not expire.")
@as_json
@refusals
def create(email: str, name: str, scopes: tuple[str, ...], days: int | None, no_expiry: bool, as_json: bool) -> None:
    """Make a key and print it. It is kept as a hash and cannot be shown again."""
    if no_expiry and days is not None:
        raise click.UsageError("--days and --no-expiry exclude each other.")
    expires_in_days = None if no_expiry else days or service.DEFAULT_DAYS
    key, text = service.create(the_user(email).id, name, scopes=scopes, expires_in_days=expires_in_days)
    if as_json:
        print_json(shown_once(key, text))
    else:
        print_labelled(dict(zip(HEADINGS, _cells(key), strict=True)), err=True)
        click.echo(text)


@keys.command("list")
@click.argument("email")
@as_json
@refusals
def list_(email: str, as_json: bool) -> None:
    """List the keys that somebody can still use, the latest first."""
    live = service.list_keys(the_user(email).id)
    if as_json:
        print_json(KeySchema(many=True).dump(live))
        return
    print_table(HEADINGS, map(_cells, live))


@keys.command("revoke")
@click.argument("email")
@click.argument("key_id", metavar="ID", type=click.UUID)
@as_json
@refusals
def revoke(email: str, key_id: uuid.UUID, as_json: bool) -> None:
    """End a key, from its next request on."""
    if not service.revoke(the_user(email).id, key_id):
        raise NOT_FOUND(f"{email} has no such key.")
    if as_json:
        print_json({"revoked": str(key_id)})
    else:
        click.echo(f"{key_id}: revoked.")
