"""Flaskport as it may be one day: two releases, each with a migration, for projects to go to."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from alembic.script import ScriptDirectory

from app.core.version import VERSION
from releasing import changelog
from releasing.__main__ import write
from tests.docs.following import run

RENAMED = {"POSTS": "MEMOS", "Post": "Memo", "posts": "memos", r"(?<!\.)\bpost": "memo"}
MEMOS, PINNED = "a1a1a1a1a1a1", "b2b2b2b2b2b2"
"""Revisions of its migrations."""
SETTING, SETTING_BEFORE = "TRPC_CALLS_AT_MOST", "TRPC_BATCH_LIMIT"
PAGE = "app/templates/pages/sign-in.html"
HEADING = "<h1>"
OUR_HEADING, THEIR_HEADING = '<h1 class="ours">', '<h1 class="of-the-project">'
MIGRATION = '''"""{name}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{after}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
    raise NotImplementedError
'''
MEMOS_TABLE = """\
    op.create_table(
        "memos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_memos_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memos")),
    )
    op.create_index(op.f("ix_memos_owner_id"), "memos", ["owner_id"])"""
PINNED_COLUMN = """\
    op.add_column("posts", sa.Column("is_pinned", sa.Boolean(), server_default=sa.false(), nullable=False))"""


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--message", message)


def tag(flaskport: Path, version: str) -> None:
    git(flaskport, "tag", "--annotate", "--message", f"Flaskport {version}", f"v{version}")


def version_after(minors: int) -> str:
    major, minor, _ = changelog.numbers(VERSION)
    return f"{major}.{minor + minors}.0"


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def migrate(flaskport: Path, name: str, revision: str, upgrade: str) -> None:
    (after,) = ScriptDirectory(str(flaskport / "migrations")).get_heads()
    text = MIGRATION.format(name=name, revision=revision, after=after, upgrade=upgrade)
    (flaskport / f"migrations/versions/20990101_{name}.py").write_text(text, encoding="utf-8")


def release(flaskport: Path, version: str) -> None:
    log = flaskport / "CHANGELOG.md"
    change(log, f"{changelog.UNRELEASED}\n", f"{changelog.UNRELEASED}\n\n### Added\n- What {version} brings.\n")
    write(flaskport, version)
    commit(flaskport, f"Flaskport {version}")
    tag(flaskport, version)


def release_memos(flaskport: Path) -> None:
    """One feature more: its folder and word, table and migration, permission, procedures and types."""
    made = Path(shutil.copytree(flaskport / "app/features/posts", flaskport / "app/features/memos"))
    for path in made.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for before, after in RENAMED.items():
            text = re.sub(before, after, text)
        path.write_text(text, encoding="utf-8")
    change(flaskport / "app/features/__init__.py", " posts", " memos, posts")
    migrate(flaskport, "memos", MEMOS, MEMOS_TABLE)
    run(flaskport, "make", "format", ".env")
    run(flaskport, ".venv/bin/flask", "types")
    release(flaskport, version_after(1))


def release_pins(flaskport: Path) -> None:
    """A column of a table that has rows, a setting under another name, and a line of a page."""
    models = flaskport / "app/features/posts/models.py"
    column = "    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=sa.false())\n"
    change(models, "    created_at: Mapped", f"{column}    created_at: Mapped")
    migrate(flaskport, "pins", PINNED, PINNED_COLUMN)
    renamed = f'"{SETTING}", Whole(1, 1000), "20", heading="tRPC", was=("{SETTING_BEFORE}",)'
    change(flaskport / "app/trpc/settings.py", f'"{SETTING_BEFORE}", Whole(1, 1000), "20", heading="tRPC"', renamed)
    change(flaskport / PAGE, HEADING, OUR_HEADING)
    release(flaskport, version_after(2))
