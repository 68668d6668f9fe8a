"""``flask users``: accounts, by e-mail address."""

from __future__ import annotations

from collections.abc import Sequence

import click
from flask.cli import AppGroup

from app import accounts
from app.accounts import ROLES, User
from app.accounts.cli import the_user
from app.accounts.models import Ban
from app.accounts.schemas import ManagedUserSchema
from app.core.choices import Choice
from app.core.cli import as_json, print_json, read_password, refusals
from app.core.tables import moment, print_labelled

users = AppGroup("users", help="Manage accounts.")

_SHAPE = ManagedUserSchema()

a_role = Choice(ROLES)
password_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


def print_user(user: User, as_json: bool, *, factors: Sequence[str] | None = None) -> None:
    if as_json:
        print_json(_SHAPE.dump(user) | ({} if factors is None else {"factors": list(factors)}))
    else:
        print_labelled(
            {
                "Address": user.email,
                "Verified": moment(user.email_verified_at),
                "Name": user.name or "",
                "Role": user.role,
                "State": user.status,
                **_facts_of(user.ban),
                **({} if user.erase_at is None else {"To be deleted": moment(user.erase_at)}),
                **({} if factors is None else {"Second factors": ", ".join(factors)}),
                "Created": moment(user.created_at),
                "Last sign-in": moment(user.last_sign_in_at),
                "Id": str(user.id),
            }
        )


def _facts_of(ban: Ban | None) -> dict[str, str]:
    if ban is None:
        return {}
    until = "for good" if ban.until is None else moment(ban.until)
    return {"Banned": moment(ban.since), "Until": until, "Reason": ban.reason}


@users.command("create")
@click.argument("email")
@click.option("--name")
@click.option("--role", type=a_role, default="user", show_default=True)
@click.option("--no-password", is_flag=True, help="Create an account that cannot sign in with a password.")
@password_stdin
@as_json
@refusals
def create(email: str, name: str | None, role: str, no_password: bool, password_stdin: bool, as_json: bool) -> None:
    """Create an account. Prompts for the password."""
    password = None if no_password else read_password(password_stdin)
    print_user(accounts.register(email, password, name, role=role), as_json)


@users.command("show")
@click.argument("email")
@as_json
@refusals
def show(email: str, as_json: bool) -> None:
    """Show one account, and its second factors."""
    user = the_user(email)
    print_user(user, as_json, factors=accounts.second_factors(user.id))


@users.command("set-role")
@click.argument("email")
@click.argument("role", type=a_role)
@as_json
@refusals
def set_role(email: str, role: str, as_json: bool) -> None:
    """Give an account another role, from its next request on."""
    print_user(accounts.set_role(the_user(email), role), as_json)


@users.command("set-password")
@click.argument("email")
@password_stdin
@as_json
@refusals
def set_password(email: str, password_stdin: bool, as_json: bool) -> None:
    """Set a password. Every session of the account ends."""
    user = the_user(email)
    print_user(accounts.set_password(user, read_password(password_stdin)), as_json)


@users.command("set-email")
@click.argument("email")
@click.argument("new_email")
@click.option("--unverified", is_flag=True, help="Nobody has shown yet that they read the new address.")
@as_json
@refusals
def set_email(email: str, new_email: str, unverified: bool, as_json: bool) -> None:
    """Give an account another address, for somebody who cannot read the old one any more.

    Sessions go on. The old address is mailed nothing, and gets no way back.
    """
    print_user(accounts.change_email(the_user(email), new_email, proved=not unverified).user, as_json)


@users.command("disable")
@click.argument("email")
@as_json
@refusals
def disable(email: str, as_json: bool) -> None:
    """Lock an account out, from its next request on. Every session ends."""
    print_user(accounts.set_active(the_user(email), False), as_json)


@users.command("enable")
@click.argument("email")
@as_json
@refusals
def enable(email: str, as_json: bool) -> None:
    """Let a disabled or banned account sign in again."""
    print_user(accounts.set_active(the_user(email), True), as_json)


@users.command("verify")
@click.argument("email")
@as_json
@refusals
def verify(email: str, as_json: bool) -> None:
    """Mark the address as verified."""
    print_user(accounts.mark_verified(the_user(email)), as_json)


@users.command("unverify")
@click.argument("email")
@as_json
@refusals
def unverify(email: str, as_json: bool) -> None:
    """Take back that the address is verified."""
    print_user(accounts.set_verified(the_user(email), False), as_json)


@users.command("delete")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@refusals
def delete(email: str, yes: bool, as_json: bool) -> None:
    """Delete an account with everything that is its own."""
    user = the_user(email)
    if not yes:
        click.confirm(f"Delete {user.email} with everything that is theirs?", abort=True)
    accounts.delete(user)
    if as_json:
        print_json({"deleted": user.email})
    else:
        click.echo(f"{user.email}: deleted.")
