"""A database without the tables that this code needs: a forgotten migration, or a statement that is wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade

from app import create_app
from app.core import schema
from app.core.database import new_id
from app.core.schema import AHEAD, NOT_MIGRATED
from app.extensions import db
from app.passport import public
from app.passport.strategies.api_key import token_of
from tests import databases
from tests.client import PASSWORD, browser_of
from tests.databases import MIGRATIONS, SETTINGS


@pytest.fixture
def empty_app(engine: str, new_database: Callable[[str, str], str]) -> Iterator[Flask]:
    """On a database in which nothing was migrated."""
    app = create_app(replace(SETTINGS, database_url=new_database(engine, "empty")))
    yield app
    databases.close(app)


@pytest.mark.parametrize("path", ["/auth/login", "/auth/token", "/auth/register"])
def test_a_forgotten_migration_is_said_to_be_one(empty_app: Flask, path: str) -> None:
    fields = {"email": "ada@example.com", "password": PASSWORD}
    body = fields | ({"grant_type": "password"} if path == "/auth/token" else {})

    response = browser_of(empty_app).post(path, json=body)

    assert (response.status_code, (response.json or {})["code"]) == (503, "database_unavailable")
    assert (response.json or {})["message"] == NOT_MIGRATED


def test_a_forgotten_migration_is_said_to_be_one_on_the_command_line(empty_app: Flask) -> None:
    refused = empty_app.test_cli_runner().invoke(args=["users", "list"])

    assert (refused.exit_code, refused.stdout, refused.stderr) == (1, "", f"database: {NOT_MIGRATED}\n")


BRANCHES = {
    "a": "revision = 'a'\ndown_revision = None\n",
    "b": "revision: str = 'b'\ndown_revision: str | None = 'a'\nbranch_labels: str\n",
    "c": "revision = 'c'\ndown_revision = 'a'\ndef upgrade():\n    revision = 'none'\n",
    "d": "revision = 'd'\ndown_revision = ('b', 'c')\n",
    "e": "revision = 'e'\ndown_revision = 'd'\n",
    "f": "revision = 'f'\ndown_revision = 'd'\n",
}


def test_revisions_are_those_that_alembic_finds(tmp_path: Path) -> None:
    versions = tmp_path / "versions"
    versions.mkdir()
    for name, text in BRANCHES.items():
        (versions / f"{name}.py").write_text(text)

    assert schema.revisions_in(versions) == (frozenset("ef"), frozenset(BRANCHES))
    for folder in (tmp_path, Path(MIGRATIONS)):
        scripts = ScriptDirectory(str(folder))
        every = frozenset(script.revision for script in scripts.walk_revisions())
        assert schema.revisions_in(folder / "versions") == (frozenset(scripts.get_heads()), every)


@pytest.mark.needs("api_keys")
def test_an_older_schema_is_not_migrated_either(engine: str, new_database: Callable[[str, str], str]) -> None:
    app = databases.migrated(engine, new_database(engine, "older")).app
    with app.app_context():
        downgrade(MIGRATIONS, revision="bd0892bc832b")  # before there were API keys

    key = token_of(new_id(), "0" * 64)
    response = browser_of(app).get("/api/profile", headers={"Authorization": f"Bearer {key}"})

    assert (response.status_code, (response.json or {})["message"]) == (503, NOT_MIGRATED)
    databases.close(app)


def test_a_table_that_no_migration_makes_is_a_fault_of_ours(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()

    @public
    def wrong() -> str:
        return str(db.session.execute(sa.text("SELECT 1 FROM nothing_like_that")))

    app.add_url_rule("/wrong", "wrong", wrong)
    response = browser_of(app).get("/wrong")

    assert (response.status_code, (response.json or {})["code"]) == (500, "internal_error")
    assert any(record.exc_info for record in caplog.records if record.message == "unhandled exception")
    last = [record.message for record in caplog.records if record.name == "app.core.errors"][-1]
    assert last == (
        "Every migration has run, and none makes this table or column. If it stands in a model, write one: "
        'make migrate m="what is new"'
    )


@pytest.mark.needs("posts")
def test_a_table_that_a_newer_release_has_dropped_is_told_as_such(
    engine: str, new_database: Callable[[str, str], str]
) -> None:
    app = databases.migrated(engine, new_database(engine, "newer")).app
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE posts")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'ffffffffffff'")

    response = browser_of(app).get("/api/posts")

    assert (response.status_code, (response.json or {})["message"]) == (503, AHEAD)
    databases.close(app)


def test_an_outage_is_one_line_and_its_traceback_is_there_for_whoever_asks(
    unused_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"postgresql+psycopg://nobody@127.0.0.1:{unused_port}/none"
    for level, lines in (("INFO", 1), ("DEBUG", 2)):
        app = create_app(replace(SETTINGS, database_url=url, log_level=level))
        caplog.clear()
        with caplog.at_level(logging.NOTSET):
            browser_of(app).post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD})
        told = [record for record in caplog.records if record.name == "app.core.errors"]
        assert [bool(record.exc_info) for record in told] == [False, True][:lines]
        assert "\n" not in told[0].message
        databases.close(app)
