"""``flask secrets``: the keys that encrypt what is kept and has to be read again."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.core import encryption
from app.core.cli import Refused, as_json, print_json, refusals

secrets = AppGroup("secrets", help="Encrypt kept secrets under another key.")


@secrets.command("key")
def key() -> None:
    """Print a new key, for SECRETS_KEYS. It is kept nowhere."""
    click.echo(encryption.new_key())


@secrets.command("rotate")
@as_json
@refusals
def rotate(as_json: bool) -> None:
    """Encrypt anew what is not under the first of SECRETS_KEYS. It may run at any time, and again.

    Once nothing is left, the older keys can be taken out.
    """
    done = encryption.rotate()
    if as_json:
        print_json(done._asdict())
    else:
        click.echo(f"{done.rotated} encrypted anew.")
    if done.unreadable:
        raise Refused("unreadable", f"{done.unreadable} secrets are opened by none of SECRETS_KEYS. Is one missing?")
