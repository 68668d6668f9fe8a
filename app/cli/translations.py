"""``flask translations``: the texts of pages and mails, collected for whoever translates them."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core.languages import SOURCE, collecting, folders_of, po
from app.core.languages.catalogues import languages_in


@click.command("translations")
@click.option("--add", "added", metavar="LANGUAGE", help="Begin another language, by its tag: it, pt-BR.")
@click.option("--check", is_flag=True, help="Write nothing; say what is not current, and exit with 1 if anything is.")
@with_appcontext
def translations(added: str | None, check: bool) -> None:
    """Collect the texts of templates and scripts into translations/LANGUAGE.po of the app and of each feature.

    What is translated stays, what nobody says any more goes. Then it says how many are still to be translated.
    """
    languages = [*languages_in(folders_of(current_app)[0])[1:], *([added] if added else [])]
    try:
        wanted = list(collecting.files(current_app, [name for name in languages if name != SOURCE]))
    except ModuleNotFoundError as error:
        raise click.ClickException(f"{error}: install requirements-dev.txt, this is for development.") from None
    changed = [path for path, text in wanted if _said_in(path) != text]
    for path, text in () if check else wanted:
        if path in changed:
            _write(path, text)
    for path in changed:
        click.echo(f"{path}: {'not current' if check else 'written' if path.exists() else 'taken away'}")
    left = sum(_left(path) for path, _ in wanted)
    click.echo(f"{left} to be translated." if left else "All is translated.")
    if check and changed:
        raise click.exceptions.Exit(1)


def _said_in(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _left(path: Path) -> int:
    """How many texts of a file nobody has translated yet."""
    return sum(not message.is_translated for message in po.read(_said_in(path) or "") if message.ids != ("",))
