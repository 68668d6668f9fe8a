"""``flask types``: what front ends are written against, from what this app answers."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.cli import generated
from app.core import client
from app.core.assets import STATIC, BadPages
from app.core.refusals import refusals_of
from app.trpc.mounted import mounted_of
from app.trpc.types import typescript


@click.command("types")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=STATIC,
    help="Where to write. app/static by default, which npm installs.",
)
@click.option("--check", is_flag=True, help="Write nothing; say what is not current, and exit with 1 if anything is.")
@with_appcontext
def types(folder: Path, check: bool) -> None:
    """Write the types of the browser client and of the procedures, and the client's parts.

    Each file is written whole, or stays as it was.
    """
    try:
        texts = files_of(current_app)
    except BadPages as error:
        raise click.ClickException(str(error)) from error
    generated.write(folder, texts, check=check)


def files_of(app: Flask) -> dict[str, str]:
    """The files, by their names in ``app/static``."""
    return {
        client.TYPES: client.declarations(app),
        client.NAME: client.source(app),
        "app-router.d.ts": typescript(mounted_of(app).procedures, refusals_of(app)),
    }
