"""``flask users send-reset``: nobody types a password for somebody else."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.accounts.cli import the_user
from app.core.cli import as_json, print_json, refusals
from app.features.password_reset import service


@click.command("send-reset")
@click.argument("email")
@as_json
@with_appcontext
@refusals
def send_reset(email: str, as_json: bool) -> None:
    """Mail somebody a link with which they set a new password."""
    user = the_user(email)
    service.send_to(user)
    if as_json:
        print_json({"queued": user.email})
    else:
        click.echo(f"{user.email}: the mail is queued.")
