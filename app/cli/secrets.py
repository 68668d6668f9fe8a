"""``flask secrets``: the lists of secrets in ``.env``, and what is encrypted under them (docs/secrets.md)."""

from __future__ import annotations

from secrets import token_urlsafe

import click
from flask.cli import AppGroup

from app.cli import env_lines
from app.core import encryption
from app.core.cli import Refused, as_json, print_json, refusals

secrets = AppGroup("secrets", help="Change secrets while everybody stays signed in, and encrypt kept ones anew.")

KEYS, HANGS_ON_KEYS = "SECRETS_KEYS", ("SECRETS_KEYS", "JWT_SECRET")
LISTS = ("JWT_SECRET", "JWT_REFRESH_SECRET", KEYS)
of_lists = click.argument("names", metavar="NAME…", type=click.Choice(LISTS), nargs=-1, required=True)

List = tuple[str, ...]


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
        said = f"{done.unreadable} secrets are opened by none of SECRETS_KEYS and JWT_SECRET. Is one missing?"
        raise Refused("unreadable", said)


@secrets.command("add")
@of_lists
@refusals
def add(names: List) -> None:
    """Step 1: put a new one behind the one that signs, in .env. Reload then.

    Where SECRETS_KEYS is empty, its first key is written.
    """
    _change(names, _added)


@secrets.command("use")
@of_lists
@refusals
def use(names: List) -> None:
    """Step 2: bring the new one to the front, so that it signs. Reload then."""
    _change(names, _in_front)


@secrets.command("drop")
@of_lists
@refusals
def drop(names: List) -> None:
    """Step 3: leave the first one alone. Reload then. It is refused while something is encrypted under the others."""
    _change(names, _alone)


def _change(names: List, change_one: env_lines.Change) -> None:
    for name, found in env_lines.change(names, change_one).items():
        signs, *others = map(env_lines.kid, found)
        what = "encrypts" if name == KEYS else "signs"
        behind = f", and {', '.join(others)} only {'opens' if name == KEYS else 'verifies'}" if others else ""
        click.echo(f"{name}: {signs} {what}{behind}.")


def _added(name: str, found: List, _new: bool) -> tuple[List, bool]:
    if len(found) > 1:
        said = f"{name} holds more than one. First let go of the others: flask secrets drop {name}"
        raise Refused("more_than_one", said)
    made = encryption.new_key() if name == KEYS else token_urlsafe(48)
    return (*found, made), bool(found)


def _in_front(name: str, found: List, new: bool) -> tuple[List, bool]:
    if not new:
        said = f"{name} has no new one behind the others: flask secrets add {name} puts it there."
        raise Refused("no_new_one", said)
    return (found[-1], *found[:-1]), False


def _alone(name: str, found: List, new: bool) -> tuple[List, bool]:
    if new:
        said = f"{name} has a new one that does not sign yet, which would go: flask secrets use {name}"
        raise Refused("new_one_would_go", said)
    if name in HANGS_ON_KEYS and (needed := encryption.opened_by(found[1:], derived=name != KEYS)):
        said = f"{needed} secrets are encrypted under what would go from {name}. First: flask secrets rotate"
        raise Refused("still_needed", said)
    return found[:1], False
