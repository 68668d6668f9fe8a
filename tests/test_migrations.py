"""The migrations, alike on both engines."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask_migrate import check, downgrade, upgrade

from app import accounts, create_app
from app.core import clock
from app.extensions import Base, db
from tests import databases
from tests.client import PASSWORD
from tests.databases import MIGRATIONS, SETTINGS

BEFORE_BANS = "8a5f0c63d17e"


@pytest.fixture
def fresh(engine: str, new_database: Callable[[str, str], str]) -> Iterator[Flask]:
    app = databases.migrated(engine, new_database(engine, "migrations")).app
    yield app
    databases.close(app)


def test_models_and_migrations_agree(fresh: Flask) -> None:
    with fresh.app_context():
        check(MIGRATIONS)


def test_down_and_up_again(fresh: Flask) -> None:
    with fresh.app_context():
        downgrade(MIGRATIONS, revision="base")
        assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade(MIGRATIONS)
        assert set(Base.metadata.tables) <= set(sa.inspect(db.engine).get_table_names())


def test_upgrading_again_loses_nothing(fresh: Flask) -> None:
    with fresh.app_context():
        accounts.register("ada@example.com", PASSWORD)
        upgrade(MIGRATIONS)
        assert accounts.find("ada@example.com") is not None


def test_without_bans_whoever_is_banned_is_disabled(fresh: Flask) -> None:
    """The release before knows nothing of bans, and would let them in."""
    with fresh.app_context():
        for name in ("banned", "free", "over"):
            accounts.register(f"{name}@example.com", None)
        accounts.ban("banned@example.com", "Spam.")
        with time_machine.travel(clock.now() - dt.timedelta(days=9), tick=False):
            accounts.ban("over@example.com", "Spam.", clock.now() + dt.timedelta(days=3))
        downgrade(MIGRATIONS, revision=BEFORE_BANS)
        upgrade(MIGRATIONS)
        db.session.expire_all()
        status = {user.email.partition("@")[0]: user.status for user in accounts.list_users()[0]}
    assert status == {"banned": "disabled", "free": "active", "over": "active"}


def test_a_migration_leaves_alone_who_listens_to_the_logs(fresh: Flask, caplog: pytest.LogCaptureFixture) -> None:
    before = list(logging.getLogger().handlers)
    with fresh.app_context(), caplog.at_level(logging.INFO):
        downgrade(MIGRATIONS, revision="-1")
        upgrade(MIGRATIONS)
    assert logging.getLogger().handlers == before
    assert "Running upgrade" in caplog.text


def test_a_database_that_is_ahead_of_this_code_cannot_be_upgraded(
    fresh: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with fresh.app_context():
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'ffffffffffff'")
        with pytest.raises(SystemExit):
            upgrade(MIGRATIONS)
    assert caplog.messages[-1] == "Error: The database is ahead of this code: a newer release has migrated it."


def test_a_database_that_cannot_be_reached_is_one_line(
    engine: str, unused_port: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = {
        "sqlite": f"sqlite:///{tmp_path / 'nowhere' / 'app.db'}",
        "postgresql": f"postgresql+psycopg://nobody@127.0.0.1:{unused_port}/none",
    }[engine]
    app = create_app(replace(SETTINGS, database_url=url))
    with app.app_context(), pytest.raises(SystemExit):
        upgrade(MIGRATIONS)
    (told,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert told.message.startswith("Error: The database of DATABASE_URL cannot be reached: ")
    assert "\n" not in told.message
    assert told.exc_info is None
    databases.close(app)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_the_sql_of_migrations_is_what_psql_takes(fresh: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    """A percent sign that doubles would be another pattern, and another message."""
    with fresh.app_context():
        upgrade(MIGRATIONS, sql=True)
    said = capsys.readouterr().out
    assert "CREATE TABLE users" in said
    assert "%%" not in said


@pytest.fixture
def denied_url(new_database: Callable[[str, str], str]) -> Iterator[str]:
    """A database of PostgreSQL, as somebody who may connect to it and no more."""
    url = sa.make_url(new_database("postgresql", "denied"))
    role = f"denied_{uuid.uuid4().hex}"
    owner = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with owner.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
        connection.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    yield url.set(username=role).render_as_string(hide_password=False)
    with owner.connect() as connection:
        connection.exec_driver_sql(f"DROP ROLE {role}")


def test_a_user_who_may_not_migrate_is_one_line(denied_url: str, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(replace(SETTINGS, database_url=denied_url))
    with app.app_context(), pytest.raises(SystemExit):
        upgrade(MIGRATIONS)
    (told,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert told.message.startswith("Error: The user of DATABASE_URL may not migrate this database: permission denied")
    assert "\n" not in told.message
    databases.close(app)
