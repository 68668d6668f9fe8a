"""``flask users reset-factors``: for somebody who has lost their second factor, and every recovery code."""

from __future__ import annotations

import click

from app import accounts
from app.accounts.cli import the_user
from app.cli.users import print_user, users
from app.core.cli import as_json, refusals


@users.command("reset-factors")
@click.argument("email")
@as_json
@refusals
def reset_factors(email: str, as_json: bool) -> None:
    """Take away every second factor of an account, and end its sessions. Its owner is mailed about it.

    Make sure first that it is them: whoever knows the password comes in with that alone then.
    """
    print_user(accounts.reset_factors(the_user(email)), as_json)
