"""``flask new``: what an adopter begins with, written into their own places."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.new.names import names_of, refuse_taken
from app.cli.new.project import begin
from app.core.cli import refusals

PROJECT = Path(__file__).resolve().parents[3]

new = AppGroup("new", help="Begin something of your own.")


@new.command("feature")
@click.argument("name")
@click.option("--one", metavar="WORD", help="What one of them is called, where that is not NAME without its s.")
@refusals
def feature(name: str, one: str | None) -> None:
    """Write the smallest complete feature: a table of what people keep, its routes, its migration and its tests.

    NAME is the word for many of them, in snake_case. It stands in app/ours/NAME and tests/ours/NAME, and is yours to
    change. No database is asked. Nothing that is there is overwritten, and if anything fails, nothing is written.

    \b
    Examples:
      flask new feature recipes
      flask new feature diaries --one diary
    """
    names = names_of(name, one)
    refuse_taken(current_app, names)
    for path in begin(PROJECT, names):
        click.echo(path)
    tests = f".venv/bin/python -m pytest tests/ours/{names.many}"
    click.echo(f"\nNext: .venv/bin/flask db upgrade, then {tests}, then make it yours.")
