"""Runs the migrations, alike on both engines.

On SQLite a batch change drops and recreates a table; with foreign keys on, that would cascade into its children.
So they are off while a migration runs, everything runs in one transaction, and the keys are checked at its end.
"""

from __future__ import annotations

from contextlib import ExitStack
from logging.config import fileConfig

from alembic import context
from flask import current_app

from app.core.postgres import unlimited

LOCK = 0x666C6173  # any number of ours: several hosts that migrate at once take turns

config = context.config
if config.config_file_name is not None:
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


def run_migrations_online() -> None:
    with database.engine.connect() as connection:
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
            context.run_migrations()
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration would leave dangling foreign keys")
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
