"""``flask reference``: what one looks up, written by the program itself, so that it is never of another day."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.cli import generated
from app.cli.config import documented, table_page
from app.cli.reference import codes, commands, endpoints, events
from app.core.settings import kinds_of

DOCS = Path(__file__).parent.parent.parent.parent / "docs"


@click.command("reference")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=DOCS,
    help="Where to write. The project's docs by default.",
)
@click.option("--check", is_flag=True, help="Write nothing; say what is not current, and exit with 1 if anything is.")
@with_appcontext
def reference(folder: Path, check: bool) -> None:
    """Write the pages of settings, endpoints, codes, events and commands, as this app has them.

    What is switched off is not in them. `make reference` writes them with everything on, as they are committed.
    """
    generated.write(folder, pages_of(current_app), check=check)


def pages_of(app: Flask) -> dict[str, str]:
    """Each page, by its name in ``docs``."""
    return {
        "settings.md": table_page(documented(kinds_of(app))),
        "reference/endpoints.md": endpoints.page(app),
        "reference/codes.md": codes.page(app),
        "reference/events.md": events.page(app),
        "reference/commands.md": commands.page(app),
    }
