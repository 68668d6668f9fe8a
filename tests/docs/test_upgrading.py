"""docs/upgrading.md: a project with a table of its own gets a Flaskport with a migration of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.docs.conftest import does_not_fit
from tests.docs.following import Elsewhere, clean_copy, follow, run

MIGRATION = '''\
"""something of Flaskport's."""

revision = "f1a5c0de0001"
down_revision = {head!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
'''


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--message", message)


def test_an_upgrade_is_a_merge(tmp_path: Path) -> None:
    flaskport = clean_copy(tmp_path / "flaskport")
    git(flaskport, "init", "--initial-branch", "main")
    commit(flaskport, "Flaskport")
    git(tmp_path, "clone", "flaskport", "project")
    project = tmp_path / "project"
    (project / ".venv").symlink_to((flaskport / ".venv").readlink())
    run(project, "make", ".env")
    git(project, "config", "user.name", "Ada")
    git(project, "config", "user.email", "ada@example.com")
    head = run(project, ".venv/bin/flask", "db", "heads").split()[0]
    try:
        follow("adding-an-endpoint.md", project, {})
    except Elsewhere as why:
        does_not_fit(str(why))
    commit(project, "Notes")
    (flaskport / "migrations/versions/29990101_ours.py").write_text(MIGRATION.format(head=head), encoding="utf-8")
    commit(flaskport, "A migration of Flaskport's")

    follow("upgrading.md", project, {"<where you cloned it from>": str(flaskport)})

    heads = run(project, ".venv/bin/flask", "db", "heads").splitlines()
    assert len(heads) == 1
    assert run(project, ".venv/bin/flask", "db", "current").split()[0] == heads[0].split()[0]
    run(project, ".venv/bin/flask", "db", "check")
    run(project, "make", "lint")
    assert (project / "instance/before.db").stat().st_size > 0
