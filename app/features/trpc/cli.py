"""``flask trpc``: the types for the front end, and what is served behind which guard."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.features.trpc.mounted import mounted_of
from app.features.trpc.types import typescript

trpc = AppGroup("trpc", help="The tRPC procedures.")


@trpc.command("types")
def types() -> None:
    """Print TypeScript: AppRouter for @trpc/client, and the interfaces that it is made of."""
    click.echo(typescript(mounted_of(current_app).procedures), nl=False)


@trpc.command("procedures")
def procedures() -> None:
    """List every procedure with the guard that stands before it."""
    for path, procedure in mounted_of(current_app).procedures.items():
        click.echo(f"{procedure.kind:9} {path:32} {', '.join(map(str, procedure.guards))}")
