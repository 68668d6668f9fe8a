"""What is SQLite's alone: the file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from app.extensions import db
from tests import databases
from tests.databases import SETTINGS

ANOTHER_PROCESS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM users").fetchone()
connection.close()
"""


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """Others may read what is made."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(path: Path) -> dict[str, int]:
    """Of the database and the files beside it, once something was written."""
    app = create_app(replace(SETTINGS, database_url=f"sqlite:///{path}"))
    with app.app_context():
        db.create_all()
        found = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    databases.close(app)
    return found


@pytest.mark.usefixtures("usual_umask")
def test_a_new_database_is_for_its_user_alone(tmp_path: Path) -> None:
    assert modes(tmp_path / "new.db") == {"new.db": 0o600, "new.db-wal": 0o600, "new.db-shm": 0o600}


@pytest.mark.usefixtures("usual_umask")
def test_one_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    path.touch(0o660)
    path.chmod(0o660)
    assert modes(path) == {"shared.db": 0o660, "shared.db-wal": 0o660, "shared.db-shm": 0o660}


def test_a_further_connection_takes_no_lock_away(tmp_path: Path) -> None:
    """Else another process believes that it is the last one here when it goes, and takes the -wal file with it."""
    path = tmp_path / "app.db"
    app = create_app(replace(SETTINGS, database_url=f"sqlite:///{path}"))
    with app.app_context():
        db.create_all()
        with db.engine.connect() as held, db.engine.connect():
            held.exec_driver_sql("SELECT count(*) FROM users")
            subprocess.run([sys.executable, "-c", ANOTHER_PROCESS, path], check=True)
            assert (tmp_path / "app.db-wal").exists()
    databases.close(app)


def test_a_folder_that_is_not_there_is_said_by_sqlite(tmp_path: Path) -> None:
    app = create_app(replace(SETTINGS, database_url=f"sqlite:///{tmp_path / 'none' / 'app.db'}"))
    answer = app.test_client().get("/readyz")
    databases.close(app)
    assert (answer.status_code, (answer.json or {})["code"]) == (503, "database_unavailable")
