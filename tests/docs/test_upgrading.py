"""docs/upgrading.md: a project with a feature of its own gets a Flaskport that has a new one, too."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.docs.conftest import does_not_fit
from tests.docs.following import Elsewhere, clean_copy, follow, run

GENERATED = ("app-router.d.ts", "flaskport.d.ts", "flaskport-parts.js")
RENAMED = {"POSTS": "MEMOS", "Post": "Memo", "posts": "memos", r"(?<!\.)\bpost": "memo"}


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--message", message)


def release(flaskport: Path) -> None:
    """A Flaskport with one feature more: its folder and word, table and migration, permission, procedures and types."""
    made = Path(shutil.copytree(flaskport / "app/features/posts", flaskport / "app/features/memos"))
    for path in made.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for before, after in RENAMED.items():
            text = re.sub(before, after, text)
        path.write_text(text, encoding="utf-8")
    features = flaskport / "app/features/__init__.py"
    text = features.read_text(encoding="utf-8").replace(" posts", " memos, posts")
    features.write_text(text, encoding="utf-8")
    run(flaskport, "make", "format", ".env")
    run(flaskport, "make", "migrate", "m=memos")
    run(flaskport, ".venv/bin/flask", "types")
    commit(flaskport, "Memos")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was cloned from Flaskport and has a feature of its own, whose commit is tagged."""
    tmp_path = tmp_path_factory.mktemp("upgrading")
    flaskport = clean_copy(tmp_path / "flaskport")
    git(flaskport, "init", "--initial-branch", "main")
    commit(flaskport, "Flaskport")
    git(tmp_path, "clone", "flaskport", "project")
    project = tmp_path / "project"
    (project / ".venv").symlink_to((flaskport / ".venv").readlink())
    run(project, "make", ".env")
    git(project, "config", "user.name", "Ada")
    git(project, "config", "user.email", "ada@example.com")
    try:
        follow("adding-a-feature.md", project, {})
    except Elsewhere as why:
        does_not_fit(str(why))
    commit(project, "Notes")
    git(project, "tag", "notes")
    return project


def test_two_features_are_two_folders_and_two_lines_of_one_file(project: Path) -> None:
    rows = [row.split("\t") for row in git(project, "diff", "--numstat", "notes~1", "notes").splitlines()]
    new = ("app/ours/notes/", "app/ours/recipes/", "tests/ours/", "migrations/versions/")
    elsewhere = {path: (int(added), int(gone)) for added, gone, path in rows if not path.startswith(new)}
    generated = [elsewhere.pop(f"app/static/{name}") for name in GENERATED]
    assert elsewhere == {"app/ours/__init__.py": (2, 0)}
    assert min(generated) > (0, 0)


def test_an_upgrade_is_a_merge(project: Path) -> None:
    flaskport = project.parent / "flaskport"
    release(flaskport)

    follow("upgrading.md", project, {"<where you cloned it from>": str(flaskport)})

    merge = git(project, "log", "--merges", "--format=%H").split()[0]
    assert git(project, "diff", "--stat", f"{merge}^1", merge, "--", "app/ours", "tests/ours") == ""
    heads = run(project, ".venv/bin/flask", "db", "heads").splitlines()
    assert len(heads) == 1
    assert run(project, ".venv/bin/flask", "db", "current").split()[0] == heads[0].split()[0]
    run(project, ".venv/bin/flask", "db", "check")
    routes = run(project, ".venv/bin/flask", "auth", "routes")
    assert {"/api/memos", "/api/notes"} <= set(routes.split())
    for name in ("app-router.d.ts", "flaskport.d.ts"):
        types = git(project, "show", f"{merge}:app/static/{name}")
        assert {"export interface Memo {", "export interface Note {"} <= set(types.splitlines())
    run(project, ".venv/bin/flask", "types", "--check")
    run(project, "make", "lint")
    with closing(sqlite3.connect(project / "instance/before")) as saved:
        assert saved.execute("SELECT count(*) FROM users").fetchone() is not None  # it is no empty file
        assert len(saved.execute("SELECT version_num FROM alembic_version").fetchall()) >= 1
