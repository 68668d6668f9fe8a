"""Moving in, and out: the people of other systems, with their passwords; and everybody as a file."""

from flask import Flask

from app.accounts import add_export
from app.accounts.events import AccountClosed
from app.core import cli
from app.core.events import on
from app.features.import_export import commands, models, service


def init_app(app: Flask) -> None:
    cli.add(app, commands.import_, group="users")
    cli.add(app, commands.export, group="users")
    cli.add(app, None, prune={"imports": service.prune})
    on(app, AccountClosed, service.forget)
    add_export(app, "imported_users", models.EXPORT)
