"""deploy/backup.py on SQLite, while somebody writes. On PostgreSQL test_guide.py does it, as an operator does."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import databases
from tests.docs.snippets import ROOT
from tests.server import environment


def backup(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "deploy/backup.py"), *arguments],
        env=environment(url, {}),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database, which is in use: what was written last is in its log. It is on a disk, as ever."""
    url = f"sqlite:///{tmp_path_factory.mktemp('backup')}/test.db"
    databases.close(databases.migrated("sqlite", url).app)
    return url


@pytest.fixture
def writer(url: str) -> Iterator[list[int]]:
    """Somebody who goes on writing pairs, each in one transaction: how many are done."""
    done, over = [0], threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(str(sa.make_url(url).database), timeout=60)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE pairs (a INTEGER PRIMARY KEY, b TEXT)")
            while not over.is_set():
                with connection:
                    connection.execute("INSERT INTO pairs VALUES (?, ?)", (done[0] * 2, "x" * 500))
                    connection.execute("INSERT INTO pairs VALUES (?, ?)", (done[0] * 2 + 1, "x" * 500))
                done[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    yield done
    over.set()
    thread.join()


def test_a_copy_is_whole_while_somebody_writes_and_is_restored_as_it_was(
    url: str, writer: list[int], tmp_path: Path
) -> None:
    while writer[0] < 10:
        pass
    before = writer[0]
    file = tmp_path / "today"
    done = backup(url, "save", str(file))

    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["today"]
    assert file.stat().st_mode & 0o077 == 0

    refused = backup(url, "restore", str(file))
    assert refused.returncode == 1
    assert "is there: stop Flaskport, and move it away first" in refused.stderr
    elsewhere = f"sqlite:///{tmp_path / 'new.db'}"
    assert backup(elsewhere, "restore", str(file)).returncode == 0
    with closing(sqlite3.connect(tmp_path / "new.db")) as restored:
        count, last = restored.execute("SELECT count(*), max(a) FROM pairs").fetchone()
        assert count == last + 1
        assert count % 2 == 0
        assert count >= before * 2
        assert restored.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_what_root_restores_belongs_to_whoever_owns_the_folder(url: str, tmp_path: Path) -> None:
    assert backup(url, "save", str(tmp_path / "today")).returncode == 0
    folder = tmp_path / "of-somebody"
    folder.mkdir(mode=0o700)
    os.chown(folder, 10001, 10002)
    assert backup(f"sqlite:///{folder / 'new.db'}", "restore", str(tmp_path / "today")).returncode == 0
    [made] = folder.iterdir()
    assert (made.stat().st_uid, made.stat().st_gid, made.stat().st_mode & 0o777) == (10001, 10002, 0o600)


def test_what_cannot_be_done_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path / 'nowhere.db'}"
    for arguments in (("save", str(tmp_path / "x")), ("restore", str(tmp_path / "x"))):
        done = backup(nowhere, *arguments)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "is not there" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_database_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database at all\n" * 100)
    done = backup(f"sqlite:///{tmp_path / 'new.db'}", "restore", str(tmp_path / "notes.txt"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
