"""What commands share: errors as exit codes, JSON output, passwords that never stand in ``ps``."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable
from textwrap import indent
from typing import Any, ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from app.core import schema
from app.core.errors import AppError

P = ParamSpec("P")
R = TypeVar("R")

EXIT_REFUSED = 1
"""The domain said no (unknown user, bad value, last admin). click itself uses 2 for wrong usage."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def refusals(command: Callable[P, R]) -> Callable[P, R]:
    """Print a refusal of the domain to stderr and exit with 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except AppError as error:
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
