"""docs/upgrading.md: a project with features, a setting and a page of its own goes over two releases of Flaskport."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import accounts, create_app
from app.core.version import VERSION
from tests import databases
from tests.databases import SETTINGS
from tests.docs import newer
from tests.docs.conftest import does_not_fit
from tests.docs.following import Elsewhere, clean_copy, follow, run
from tests.docs.newer import commit, git

GENERATED = ("app-router.d.ts", "flaskport.d.ts", "flaskport-parts.js")
ROWS = (
    "INSERT INTO notes (id, owner_id, text, created_at) VALUES (:id, :owner, 'Milk', :now)",
    "INSERT INTO posts (id, owner_id, title, body, is_draft, created_at, updated_at)"
    " VALUES (:id, :owner, 'Hello', 'World', false, :now, :now)",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was cloned from Flaskport and has two features of its own, whose commit is tagged."""
    tmp_path = tmp_path_factory.mktemp("upgrading")
    flaskport = clean_copy(tmp_path / "flaskport")
    git(flaskport, "init", "--initial-branch", "main")
    commit(flaskport, "Flaskport")
    newer.tag(flaskport, VERSION)
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


def fill(url: str) -> None:
    """Rows of before: somebody, with a note and a post."""
    app = create_app(replace(SETTINGS, database_url=url))
    with app.app_context():
        owner = accounts.register("ada@example.com", None).id.hex
    databases.close(app)
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        for row in ROWS:
            connection.execute(sa.text(row), {"id": "0" * 31 + "1", "owner": owner, "now": "2026-01-01 00:00:00"})


def has_lost_nothing(url: str) -> None:
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        told = "SELECT email, text, title, is_pinned FROM users, notes, posts"
        assert [tuple(row) for row in connection.execute(sa.text(told))] == [
            ("ada@example.com", "Milk", "Hello", False)
        ]
        assert connection.execute(sa.text("SELECT count(*) FROM memos")).scalar() == 0
        assert len(connection.execute(sa.text("SELECT version_num FROM alembic_version")).all()) == 1


def resolve(project: Path, commands: str) -> None:
    """What the page says of a page that both have changed: ours first, then one's own anew."""
    if "git merge" not in commands:
        return
    conflicts = set(git(project, "diff", "--name-only", "--diff-filter=U").split())
    assert conflicts == {newer.PAGE, *(f"app/static/{name}" for name in GENERATED)} - {"app/static/flaskport-parts.js"}
    git(project, "checkout", "--theirs", newer.PAGE)
    newer.change(project / newer.PAGE, newer.OUR_HEADING, newer.THEIR_HEADING)
    git(project, "add", newer.PAGE)


@pytest.fixture
def upgraded(project: Path, new_database: Callable[[str, str], str]) -> tuple[Path, str]:
    """The project as it was, then at the second release; and the URL of its PostgreSQL, which is still as it was."""
    flaskport, url = project.parent / "flaskport", new_database("postgresql", "upgraded")
    with (project / ".env").open("a", encoding="utf-8") as file:
        file.write(f"{newer.SETTING_BEFORE}=7\n")
    newer.change(project / newer.PAGE, newer.HEADING, newer.THEIR_HEADING)
    commit(project, "Our heading")
    run(project, ".venv/bin/flask", "db", "upgrade", DATABASE_URL=url)
    for each in (url, f"sqlite:///{project}/instance/flaskport.db"):
        fill(each)
    newer.release_memos(flaskport)
    newer.release_pins(flaskport)
    answers = {"<where you cloned it from>": str(flaskport), "<release>": f"flaskport/v{newer.version_after(2)}"}
    follow("upgrading.md", project, answers, then=lambda commands: resolve(project, commands))
    return project, url


def test_an_upgrade_is_a_merge_and_loses_nothing(upgraded: tuple[Path, str]) -> None:
    project, url = upgraded
    merge = git(project, "log", "--merges", "--format=%H").split()[0]
    assert git(project, "diff", "--stat", f"{merge}^1", merge, "--", "app/ours", "tests/ours") == ""
    assert newer.THEIR_HEADING in (project / newer.PAGE).read_text(encoding="utf-8")
    has_one_history(project)
    has_lost_nothing(f"sqlite:///{project}/instance/flaskport.db")
    run(project, ".venv/bin/flask", "db", "upgrade", DATABASE_URL=url)
    has_lost_nothing(url)
    routes = run(project, ".venv/bin/flask", "auth", "routes")
    assert {"/api/memos", "/api/notes"} <= set(routes.split())
    for name in ("app-router.d.ts", "flaskport.d.ts"):
        types = git(project, "show", f"{merge}:app/static/{name}")
        assert {"export interface Memo {", "export interface Note {"} <= set(types.splitlines())
    run(project, ".venv/bin/flask", "types", "--check")
    run(project, "make", "lint")
    assert git(project, "status", "--porcelain") == ""
    with closing(sqlite3.connect(project / "instance/before")) as saved:
        assert saved.execute("SELECT count(*) FROM users").fetchone() == (1,)  # it is no empty file
    settings = json.loads(run(project, ".venv/bin/flask", "config", "--json"))
    (row,) = [row for row in settings if row["variable"] == newer.SETTING]
    assert (row["value"], row["source"]) == ("7", f"{newer.SETTING_BEFORE} in .env")


def has_one_history(project: Path) -> None:
    """Of ours and of the project's, which begin where it was cloned."""
    (head,) = run(project, ".venv/bin/flask", "db", "heads").splitlines()
    joined = next((project / "migrations/versions").glob("*flaskport_of_today.py")).read_text(encoding="utf-8")
    assert set(re.findall(r'"(\w{12})"', joined)) >= {head.split()[0], newer.PINNED}
    assert run(project, ".venv/bin/flask", "db", "current").split()[0] == head.split()[0]
    run(project, ".venv/bin/flask", "db", "check")
