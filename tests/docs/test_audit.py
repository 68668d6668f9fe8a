"""docs/audit.md: its daily commands, and the rights of a web server that changes nothing in the trail."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts, create_app
from app.features.audit.models import AuditRow
from tests import databases
from tests.client import browser_of
from tests.databases import SETTINGS, Database
from tests.docs.snippets import blocks
from tests.features.audit.trail import kinds, problems, run_sql

pytestmark = pytest.mark.needs("audit")
WEB = "flaskport_web"


def test_its_commands_keep_anchors_elsewhere_and_compare_them(app: Flask, tmp_path: Path) -> None:
    anchors, run = tmp_path / "anchors", app.test_cli_runner().invoke
    browser_of(app).register()
    anchors.write_text(run(args=["audit", "anchor"]).stdout)
    (commands,) = blocks("audit.md", "sh")
    for line in commands.replace("/mnt/elsewhere/anchors", str(anchors)).splitlines():
        command, _, kept = line.partition(" >> ")
        done = run(args=shlex.split(command)[1:])
        assert done.exit_code == 0, done.output
        if kept:
            anchors.write_text(anchors.read_text() + done.stdout)
    assert len(anchors.read_text().splitlines()) == 2


@pytest.fixture
def as_web(database: Database) -> Iterator[Flask]:
    """The app as a role that has the rights of the document, and no others."""
    (rights,) = blocks("audit.md", "sql")
    owner = sa.create_engine(database.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with owner.connect() as connection:
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {WEB}")
        connection.exec_driver_sql(f"CREATE ROLE {WEB} LOGIN PASSWORD 'web'")
        for right in rights.split(";"):
            if right.strip():
                connection.exec_driver_sql(right)
    web = sa.make_url(database.url).set(username=WEB, password="web")
    app = create_app(replace(SETTINGS, database_url=web.render_as_string(hide_password=False)))
    yield app
    databases.close(app)
    with owner.connect() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {WEB}")
        connection.exec_driver_sql(f"DROP ROLE {WEB}")


@pytest.mark.parametrize("engine", ["postgresql"])
def test_with_its_rights_all_works_and_no_row_can_be_changed(as_web: Flask) -> None:
    browser = browser_of(as_web)
    browser.register()
    browser.sign_in()
    with as_web.app_context():
        accounts.delete("ada@example.com")
    assert kinds(as_web)[-1] == "account_closed"
    assert problems(as_web) == []
    for statement in (sa.update(AuditRow).values(kind="x"), sa.delete(AuditRow)):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            run_sql(as_web, statement)
