"""Migrations: Flask-Migrate, and how one is written from the difference between models and database."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import click
from flask import Flask
from werkzeug.local import LocalProxy

from app.extensions import db

_OF_SEARCHING = re.compile(r"ix_users_search|users_search(_(rows|data|idx|docsize|config|content))?")


def _render_item(kind: str, item: object, _context: object) -> str | bool:
    """Keep our own types out of migrations: they must run without the app's code of their day."""
    if kind == "type" and type(item).__name__ == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def _include_object(_object: object, name: str | None, _kind: str, reflected: bool, counterpart: object) -> bool:
    """What searching needs is in no model: some databases cannot have it."""
    return not (reflected and counterpart is None and name is not None and _OF_SEARCHING.fullmatch(name))


OPTIONS: dict[str, Any] = {
    "render_as_batch": True,
    "compare_type": True,
    "render_item": _render_item,
    "include_object": _include_object,
}


class _Commands(click.Command):
    """``flask db``: whoever types it gets Flask-Migrate's."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        commands: click.Command = import_module("flask_migrate.cli").db
        return commands.make_context(*args, **options)


def offer(app: Flask) -> None:
    """Flask-Migrate, from when somebody asks for it. It loads Alembic, 8 MB that no server needs."""

    def made() -> Any:
        from flask_migrate import Migrate  # noqa: PLC0415 (see above)

        Migrate(app, db, **OPTIONS)  # takes the place of what is offered
        return app.extensions["migrate"]

    app.extensions["migrate"] = LocalProxy(made)
    app.cli.add_command(_Commands("db", help="Perform database migrations."))
