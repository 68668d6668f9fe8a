"""Where commands are added, and what they share: refusals as exit codes, JSON, passwords that never stand in ``ps``."""

from __future__ import annotations

import copy
import functools
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import indent
from typing import Any, ParamSpec, TypeVar, cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from app.core import schema
from app.core.errors import Refusal
from app.core.pruning import Progress
from app.extensions import db
from app.passport.declarations import BadDeclaration

EXTENSION = "flaskport.cli"

Prune = Callable[[Progress], int]
"""Deletes what is over, tells how many went so far, and returns how many it were. Doing it again deletes nothing."""

P = ParamSpec("P")
R = TypeVar("R")

EXIT_REFUSED = 1
"""The domain said no (unknown user, bad value, last admin). click itself uses 2 for wrong usage."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


@dataclass(slots=True)
class _Added:
    prunes: dict[str, Prune] = field(default_factory=dict)
    shell: dict[str, object] = field(default_factory=lambda: {"db": db})


def add(
    app: Flask,
    command: click.Command | None,
    *,
    group: str | None = None,
    prune: Mapping[str, Prune] | None = None,
    shell: Mapping[str, object] | None = None,
) -> None:
    """Add a command, or a group of them; what ``flask prune`` deletes, by its name; and names for ``flask shell``.

    With ``group`` the command is one more of a group that is there already. Raises BadDeclaration for a taken name.
    """
    if command is not None and group is None:
        if app.cli.commands.get(str(command.name), command) is not command:
            raise BadDeclaration(f"There is already a command flask {command.name}. Call yours something else.")
        app.cli.add_command(command)
    elif command is not None:
        # A group is one object for all apps of a process, so this app gets its own.
        extended = copy.copy(cast(click.Group, app.cli.commands[str(group)]))
        extended.commands = {**extended.commands, str(command.name): command}
        app.cli.add_command(extended)
    added = _added_to(app)
    added.prunes |= prune or {}
    added.shell |= shell or {}


def prunes_of(app: Flask) -> Mapping[str, Prune]:
    """What ``flask prune`` runs, by the name of what it deletes."""
    return _added_to(app).prunes


def shell_of(app: Flask) -> Mapping[str, object]:
    """What ``flask shell`` opens with, by name."""
    return _added_to(app).shell


def _added_to(app: Flask) -> _Added:
    return cast(_Added, app.extensions[EXTENSION])


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = _Added()
    app.cli.add_command(prune)
    app.shell_context_processor(_names)


def _names() -> dict[str, object]:
    """What ``flask shell`` opens with; it is said to whoever opens it."""
    names = dict(shell_of(current_app))
    click.echo(f"Ready: {', '.join(names)}. Services commit for themselves.", err=True)
    return names


class Refused(click.ClickException):
    """What only the command line refuses: one line on stderr, as of any other refusal."""

    exit_code = EXIT_REFUSED

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=True)


def refusals(command: Callable[P, R]) -> Callable[P, R]:
    """Print a refusal of the domain to stderr and exit with 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refusal as error:
            details = "".join(f"\n  {field}: {' '.join(map(str, why))}" for field, why in (error.errors or {}).items())
            click.echo(f"{error.code}: {error.message}{details}", err=True)
            sys.exit(EXIT_REFUSED)
        except DBAPIError as error:
            click.echo(f"database: {_complaint(error)}", err=True)
            sys.exit(EXIT_REFUSED)

    return wrapped


def _complaint(error: DBAPIError) -> str:
    """One line: what is to be done, or what the driver said."""
    try:
        why = schema.why_missing(error.orig)
    except DBAPIError:
        why = None
    return why or " ".join(str(error.orig).split())


def read_password(from_stdin: bool) -> str:
    """One line of standard input, or asked for twice and not shown."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2))


def print_json_list(items: Iterable[Any]) -> None:
    """The same for a list, an item at a time, so that there may be a million of them."""
    before = "["
    for item in items:
        click.echo(f"{before}\n{indent(json.dumps(item, indent=2), '  ')}", nl=False)
        before = ","
    click.echo("[]" if before == "[" else "\n]")


TELL_EVERY = 10_000


@click.command("prune")
@as_json
@with_appcontext
@refusals
def prune(as_json: bool) -> None:
    """Delete what is over and no longer kept, of every kind. For a daily job.

    It may be interrupted, and run at any time: nobody waits for it.
    """
    deleted = sum(prune_some(_telling(name)) for name, prune_some in prunes_of(current_app).items())
    if as_json:
        print_json({"deleted": deleted})
    else:
        click.echo(f"{deleted} deleted.")


def _telling(name: str) -> Progress:
    """Progress on stderr, a line at each step that is worth one."""

    def tell(deleted: int) -> None:
        if deleted // TELL_EVERY > told[0]:
            told[0] = deleted // TELL_EVERY
            click.echo(f"{deleted} {name} deleted so far", err=True)

    told = [0]
    return tell
