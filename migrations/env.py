"""Runs the migrations, alike on both engines.

On SQLite a batch change drops and recreates a table; with foreign keys on, that would cascade into its children.
So they are off while a migration runs, everything runs in one transaction, and the keys are checked at its end.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from logging.config import fileConfig

import sqlalchemy as sa
from alembic import context
from alembic.util import CommandError
from flask import current_app

from app.core.postgres import unlimited

LOCK = 0x666C6173  # any number of ours: several hosts that migrate at once take turns

config = context.config
if config.config_file_name is not None and not logging.getLogger().handlers:
    # Only where nobody has said where logs go: it would take away every handler that there is.
    fileConfig(config.config_file_name, disable_existing_loggers=False)

database = current_app.extensions["migrate"].db
target_metadata = database.metadatas[None]
options = current_app.extensions["migrate"].configure_args


def run_migrations_offline() -> None:
    """Print the SQL instead of running it."""
    url = database.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, target_metadata=target_metadata, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()


def connect() -> sa.Connection:
    """Raises CommandError, which flask db shows in one line."""
    try:
        return database.engine.connect()
    except sa.exc.DBAPIError as error:
        why = " ".join(str(error.orig).split())
        raise CommandError(f"The database of DATABASE_URL cannot be reached: {why}") from None


def run_migrations() -> None:
    try:
        context.run_migrations()
    except CommandError:
        known = {script.revision for script in context.script.walk_revisions()}
        if set(context.get_context().get_current_heads()) <= known:
            raise
        raise CommandError("The database is ahead of this code: a newer release has migrated it.") from None
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":  # insufficient_privilege
            raise
        why = " ".join(str(error.orig).split())
        raise CommandError(f"The user of DATABASE_URL may not migrate this database: {why}") from None


def run_migrations_online() -> None:
    with connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # has no effect inside a transaction, so before it
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(connection=connection, target_metadata=target_metadata, transactional_ddl=True, **options)
        with context.begin_transaction(), ExitStack() as stack:
            if sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                # The app's limit for a statement is for requests; building an index may take its time.
                stack.enter_context(unlimited(connection))
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            run_migrations()
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration would leave dangling foreign keys")
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
