"""Runs the migrations, alike on both engines.

On SQLite a batch change drops and recreates a table; with foreign keys on, that would cascade into its children.
So they are off while a migration runs, everything runs in one transaction, and the keys are checked at its end.

On PostgreSQL a migration may step out of the transaction, to build an index beside those who write
(``autocommit_block``). What makes several hosts take turns is therefore held by a connection of its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from logging.config import fileConfig

import sqlalchemy as sa
from alembic import context
from alembic.util import CommandError
from flask import current_app

from app.accounts import searching
from app.core.postgres import Limited, unlimited

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
    # Under the driver's own way to name parameters each % of the text would be two.
    named = {"paramstyle": "named"}
    context.configure(url=url, target_metadata=target_metadata, literal_binds=True, dialect_opts=named, **options)
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


@contextmanager
def without_a_limit(connection: sa.Connection) -> Iterator[None]:
    """Raises CommandError where that cannot be: rather than half-way through an index that takes longer."""
    with ExitStack() as stack:
        try:
            stack.enter_context(unlimited(connection))
        except Limited as error:
            raise CommandError(f"Migrate past it, by the server's own DATABASE_URL: {error}.") from None
        yield


@contextmanager
def taking_turns() -> Iterator[None]:
    """Asked for again and again: an index that is built beside others waits for every statement that waits itself."""
    with connect() as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        while not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({LOCK})").scalar_one():
            time.sleep(0.2)
        yield


def run_migrations_online() -> None:
    with ExitStack() as stack:
        connection = stack.enter_context(connect())
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # has no effect inside a transaction, so before it
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        else:
            # The app's limit for a statement is for requests; building an index may take its time.
            stack.enter_context(without_a_limit(connection))
            stack.enter_context(taking_turns())
        context.configure(connection=connection, target_metadata=target_metadata, transactional_ddl=True, **options)
        with context.begin_transaction():
            if sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            run_migrations()
            if sqlite:
                searching.keep_current(connection)
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("the migration would leave dangling foreign keys")
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
