"""The migration that lets people be looked up: on a table that is in use, and where the database cannot have it."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import check, downgrade, upgrade

from app import accounts, create_app
from app.accounts import listing
from app.extensions import db
from tests import databases
from tests.databases import MIGRATIONS, SETTINGS

BEFORE = "8c1f4a6e0d72"
MISSING = (
    "Searching users reads all of their rows: the database has no extension pg_trgm, and its user may not create it."
    " The same people are found; with a million users it takes seconds. docs/databases.md says how to add it later."
)


@pytest.fixture
def fresh(engine: str, new_database: Callable[[str, str], str]) -> Iterator[Flask]:
    app = databases.migrated(engine, new_database(engine, "searching")).app
    with app.app_context():
        yield app
    databases.close(app)


def found(q: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """By the index alone."""
    monkeypatch.setattr(listing, "WALKED", 0)
    db.session.remove()
    return [user.email for user in accounts.list_users(q=q)[0]]


@pytest.mark.usefixtures("fresh")
def test_who_was_there_before_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.register("ada@example.com", None, "Ada  Lovelace")
    accounts.register("grace@example.com", None, "Grace")
    downgrade(MIGRATIONS, revision=BEFORE)
    upgrade(MIGRATIONS)

    assert found("a  love", monkeypatch) == ["ada@example.com"]
    assert found("grace", monkeypatch) == ["grace@example.com"]
    accounts.rename(accounts.get("ada@example.com").id, "Countess")
    assert found("lovelace", monkeypatch) == []
    check(MIGRATIONS)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("fresh")
def test_a_migration_that_made_the_table_of_users_anew_loses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with db.engine.begin() as connection:
        for what in ("insert", "update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER users_search_{what}")
    accounts.register("eve@example.com", None)  # as a later migration of the same run may do
    upgrade(MIGRATIONS)
    accounts.register("ada@example.com", None)

    assert found("ada", monkeypatch) == ["ada@example.com"]
    assert found("eve", monkeypatch) == ["eve@example.com"]
    accounts.rename(accounts.get("eve@example.com").id, "Grace")
    assert found("grace", monkeypatch) == ["eve@example.com"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("fresh")
def test_without_a_table_of_trigrams_the_same_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with db.engine.begin() as connection:
        for what in ("insert", "update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER users_search_{what}")
        connection.exec_driver_sql("DROP TABLE users_search")
    accounts.register("ada@example.com", None)
    upgrade(MIGRATIONS)

    assert found("ada", monkeypatch) == ["ada@example.com"]


@pytest.fixture
def modest_url(new_database: Callable[[str, str], str]) -> Iterator[str]:
    """A database of PostgreSQL, as somebody who may make tables in it, but no extension."""
    url = sa.make_url(new_database("postgresql", "modest"))
    role = f"modest_{uuid.uuid4().hex}"
    owner = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with owner.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
        connection.exec_driver_sql(f"GRANT CREATE ON SCHEMA public TO {role}")
    yield url.set(username=role).render_as_string(hide_password=False)
    with owner.connect() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {role}")
        connection.exec_driver_sql(f"DROP ROLE {role}")


def test_where_there_can_be_no_trigrams_the_migration_says_what_that_means(
    modest_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(replace(SETTINGS, database_url=modest_url))
    with app.app_context():
        upgrade(MIGRATIONS)
        accounts.register("ada@example.com", None)

        assert found("ada", monkeypatch) == ["ada@example.com"]
        (told,) = [record.message for record in caplog.records if record.levelname == "WARNING"]
        assert told == MISSING
        db.session.remove()
        check(MIGRATIONS)
        downgrade(MIGRATIONS, revision=BEFORE)
    databases.close(app)


def test_trigrams_in_a_schema_that_one_may_not_use_are_none(
    modest_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with databases._server(sa.make_url(modest_url).set(username="postgres").render_as_string()) as owner:
        owner.exec_driver_sql("CREATE SCHEMA tools")
        owner.exec_driver_sql("CREATE EXTENSION pg_trgm SCHEMA tools")
    app = create_app(replace(SETTINGS, database_url=modest_url))
    with app.app_context():
        upgrade(MIGRATIONS)
        accounts.register("ada@example.com", None)

        assert found("ada", monkeypatch) == ["ada@example.com"]
        (told,) = [record.message for record in caplog.records if record.levelname == "WARNING"]
        assert "the extension pg_trgm is in the schema tools, which its user may not use" in told
        db.session.remove()
    databases.close(app)


def test_of_several_who_migrate_at_once_each_takes_a_turn(new_database: Callable[[str, str], str]) -> None:
    """Building an index beside others waits for every statement under way: nobody may wait for its end in one."""
    url = new_database("postgresql", "turns")
    with databases._server(url) as server:  # under which a snapshot is kept as long as a transaction
        name = sa.make_url(url).database
        server.exec_driver_sql(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'repeatable read'")
    secrets = {"JWT_SECRET": SETTINGS.jwt_secret or "", "JWT_REFRESH_SECRET": SETTINGS.jwt_refresh_secret or ""}
    environment = os.environ | secrets | {"DATABASE_URL": url, "PYTHON_DOTENV_DISABLED": "1", "FLASK_SKIP_DOTENV": "1"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    started = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(2)]

    said = [process.communicate(timeout=60)[1] for process in started]

    assert [process.returncode for process in started] == [0, 0], said
    assert sum("searching people" in each for each in said) == 1
