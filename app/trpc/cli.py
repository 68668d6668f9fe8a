"""``flask trpc``: the types for the front end, and what is served behind which guard."""

from __future__ import annotations

from typing import IO

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.refusals import refusals_of
from app.passport.registry import guard_in
from app.trpc.mounted import mounted_of
from app.trpc.types import typescript

trpc = AppGroup("trpc", help="The tRPC procedures.")


@trpc.command("types")
@click.option(
    "--output",
    "-o",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help="Write this file, whole or not at all, instead of printing.",
)
def types(output: IO[str]) -> None:
    """Print TypeScript: AppRouter for @trpc/client, and the interfaces that it is made of."""
    # Before the file is opened, which its first use does.
    text = typescript(mounted_of(current_app).procedures, refusals_of(current_app))
    output.write(text)


@trpc.command("procedures")
def procedures() -> None:
    """List every procedure with the guard that stands before it."""
    for path, procedure in mounted_of(current_app).procedures.items():
        guards = ", ".join(str(guard_in(current_app, guard)) for guard in procedure.guards)
        click.echo(f"{procedure.kind:9} {path:32} {guards}")
