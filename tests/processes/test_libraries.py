"""What a master loads, its workers share: nothing of the application, and nothing that a collection would copy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT, environment

WHAT_NO_SERVER_NEEDS = """
import sys
import serving
serving.load_libraries()
import wsgi
assert wsgi.app.test_client().get("/readyz").status_code == 503, "it is not migrated, and was asked"
assert not {"alembic", "flask_migrate", "mako", "psycopg"} & set(sys.modules)
help = wsgi.app.test_cli_runner().invoke(args=["db", "current", "--help"])
assert (help.exit_code, "Display the current revision" in help.output) == (0, True), help.output
assert wsgi.app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
assert wsgi.app.test_client().get("/readyz").status_code == 200
assert "alembic" in sys.modules
"""
WHICH_DRIVER = """
import sys
import serving
serving.load_libraries()
print("psycopg" in sys.modules)
"""
SHARED_AND_NO_MORE = """
import gc, sys
import serving
serving.load_libraries()
assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()
assert gc.isenabled()
loaded = {name.partition(".")[0] for name in sys.modules}
assert not {"app", "wsgi"} & loaded, "SIGHUP would not find new code"
"""


def test_the_master_has_the_libraries_frozen_and_nothing_of_the_application() -> None:
    _run(SHARED_AND_NO_MORE, **environment("postgresql://db/app", {}))


def test_a_server_has_nothing_of_alembic_also_when_it_is_asked_whether_it_is_ready(tmp_path: Path) -> None:
    _run(WHAT_NO_SERVER_NEEDS, **environment(f"sqlite:///{tmp_path / 'app.db'}", {"APP_ENV": "production"}))


@pytest.mark.parametrize(
    ("variables", "is_loaded"),
    [
        ({"DATABASE_URL": "sqlite:////srv/app.db"}, False),
        ({"DATABASE_URL": ""}, False),
        ({"DATABASE_URL": "postgresql://db/app"}, True),
        ({"DATABASE_URL": " 'postgres://db/app'"}, True),
        ({"DATABASE_URL": None, "DATABASE_URL_FILE": "/run/secrets/database"}, True),
        ({"DATABASE_URL": "postgresql://db/app", "PYTHON_DOTENV_DISABLED": "maybe"}, False),
    ],
)
def test_the_master_has_the_driver_that_is_wanted(variables: dict[str, str | None], is_loaded: bool) -> None:
    assert _run(WHICH_DRIVER, **environment("", variables)) == f"{is_loaded}\n"


def _run(code: str, **env: str) -> str:
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=env or None)
    assert done.returncode == 0, done.stderr
    return done.stdout
