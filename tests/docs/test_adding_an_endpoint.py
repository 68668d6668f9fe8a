"""docs/adding-an-endpoint.md: done to a copy of the project, as the document says it, and then checked there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import SETTINGS
from tests.docs.snippets import ROOT, blocks, changed

DOCUMENT = "adding-an-endpoint.md"
TESTS = ("__init__.py", "client.py", "conftest.py", "databases.py", "postgres.py", "server.py")


def run(project: Path, *command: str, **extra: str) -> str:
    """What a command of the project prints. It must succeed."""
    variables = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
        "APP_ENV": "development",
        "DATABASE_URL": f"sqlite:///{project / 'notes.db'}",
        "JWT_SECRET": SETTINGS.jwt_secret,
        "JWT_REFRESH_SECRET": SETTINGS.jwt_refresh_secret,
    }
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env=variables | extra,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which somebody did what the document says, the migration included."""
    copy = tmp_path_factory.mktemp("notes") / "project"
    for folder in ("app", "migrations"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.py", "wsgi.py", "pyproject.toml", *(f"tests/{name}" for name in TESTS)):
        (copy / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    for block in blocks(DOCUMENT, "python"):
        first, text = block.split("\n", 1)
        path = copy / first.removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text, encoding="utf-8")
    for block in blocks(DOCUMENT, "diff"):
        first, diff = block.split("\n", 1)
        path = copy / first.removeprefix("# ")
        path.write_text(changed(path.read_text(encoding="utf-8"), diff), encoding="utf-8")
    for command in (("upgrade",), ("migrate", "-m", "notes"), ("upgrade",)):
        run(copy, "flask", "db", *command)
    return copy


def test_the_migration_holds_the_whole_change(project: Path) -> None:
    before = {path.name for path in (ROOT / "migrations/versions").glob("*.py")}
    [added] = [path for path in (project / "migrations/versions").glob("*.py") if path.name not in before]
    text = added.read_text(encoding="utf-8")
    assert "fk_notes_owner_id_users" in text
    assert "drop" not in text.split("def downgrade")[0]
    run(project, "flask", "db", "check")


def test_the_documents_test_passes_on_both_engines(project: Path, postgres_url: str) -> None:
    printed = run(project, "pytest", "-q", "-n", "0", "tests/api/test_notes.py", TEST_DATABASE_URL=postgres_url)
    assert "failed" not in printed
    assert "skipped" not in printed


def test_the_routes_stand_behind_the_guards_that_the_document_names(project: Path) -> None:
    rows = json.loads(run(project, "flask", "auth", "routes", "--json"))
    guards = {(*row["methods"], row["route"]): row["guard"] for row in rows if "notes" in row["route"]}
    assert guards == {
        ("GET", "/api/notes"): "jwt",
        ("POST", "/api/notes"): "jwt",
        ("DELETE", "/api/notes/<uuid:note_id>"): "jwt",
        ("GET", "/api/users/<uuid:user_id>/notes"): "jwt permission: notes:read",
    }


def test_the_new_role_can_be_given(project: Path) -> None:
    run(project, "flask", "users", "create", "au@example.com", "--no-password", "--role", "auditor")
    assert json.loads(run(project, "flask", "users", "show", "au@example.com", "--json"))["role"] == "auditor"


def test_the_code_is_as_clean_as_ours(project: Path) -> None:
    files = ("app/notes", "app/api", "app/accounts/roles.py", "tests/api/test_notes.py")
    run(project, "ruff", "check", "--no-cache", *files)
    run(project, "ruff", "format", "--no-cache", "--check", *files)


def test_the_layers_hold(project: Path) -> None:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout
    assert "app.notes" not in done.stdout
