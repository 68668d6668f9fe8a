"""What a server's master loads, its workers are forked with: all that they need, nothing that they must not share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import databases
from tests.databases import ENGINES
from tests.server import ROOT, environment

WHAT_NO_SERVER_NEEDS = """
import sys
import wsgi
assert wsgi.app.test_client().get("/readyz").status_code == 503, "it is not migrated, and was asked"
assert not {"alembic", "flask_migrate", "mako", "psycopg", "requests"} & set(sys.modules)
help = wsgi.app.test_cli_runner().invoke(args=["db", "current", "--help"])
assert (help.exit_code, "Display the current revision" in help.output) == (0, True), help.output
assert wsgi.app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
assert wsgi.app.test_client().get("/readyz").status_code == 200
assert "alembic" in sys.modules
"""
SHARED_BY_ALL = """
import gc, os, sys, threading
import serving
opened, looked_at = len(os.listdir("/proc/self/fd")), [0]
gc.callbacks.append(lambda *_: looked_at.append(len(gc.get_objects())))
serving.load_or_exit()
assert {"app", "wsgi"} <= set(sys.modules)
assert len(os.listdir("/proc/self/fd")) == opened, "two processes would write into one connection"
assert threading.active_count() == 1, "it would be in no worker"
assert gc.get_freeze_count() > 150_000, gc.get_freeze_count()
assert gc.isenabled()
assert max(looked_at) < 50_000, looked_at
"""

IDS_OF_TWO = """
import os
from app.core.database import new_id
new_id()
def made_in_a_fork():
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, b"".join(new_id().bytes[-4:] for _ in range(1000)))
        os._exit(0)
    os.close(write)
    with open(read, "rb") as made:
        return set(iter(lambda: made.read(4), b""))
one, other = made_in_a_fork(), made_in_a_fork()
assert len(one) > 990, len(one)
assert not one & other, "they draw the same random numbers"
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_master_has_the_application_frozen_and_no_connection(
    engine: str, new_database: Callable[[str, str], str]
) -> None:
    url = new_database(engine, "shared_by_all")
    databases.close(databases.migrated(engine, url).app)
    _run(SHARED_BY_ALL, **environment(url, {}))


def test_ids_of_two_workers_differ_though_the_master_has_made_one_before_the_fork() -> None:
    _run(IDS_OF_TWO)


def test_a_server_has_nothing_of_alembic_also_when_it_is_asked_whether_it_is_ready(tmp_path: Path) -> None:
    _run(WHAT_NO_SERVER_NEEDS, **environment(f"sqlite:///{tmp_path / 'app.db'}", {"APP_ENV": "production"}))


def _run(code: str, **env: str) -> None:
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=env or None)
    assert done.returncode == 0, done.stderr
