"""A feature is begun in a project: all of its files, its migration, its word, and the types; or nothing at all."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app

from app.cli.new.names import Names
from app.cli.new.templates import files_of, migration_of
from app.cli.new.writing import Writing
from app.core.cli import Refused

LIST = "app/ours/__init__.py"
TYPES = "app/static"
SECONDS = 120


def begin(project: Path, names: Names) -> list[str]:
    """Answers the paths that were written or changed. Raises Refused, and nothing has changed then."""
    if find_spec("ruff") is None:
        raise Refused("no_ruff", "ruff is not installed, which formats what is written: make .venv/installed-dev")
    files = {path: tidy(project, path, text) for path, text in files_of(names).items()}
    path, text = migration(project, names)
    files[path] = tidy(project, path, text)
    listed = with_word((project / LIST).read_text(encoding="utf-8"), names.many)
    try:
        with Writing(project) as writing:
            for path, text in files.items():
                writing.add(path, text)
            writing.change(LIST, tidy(project, LIST, listed))
            for path, text in types_of(project).items():
                writing.change(path, text)
    except OSError as error:
        raise Refused("not_written", f"{error.filename}: {error.strerror}. Nothing was written.") from error
    return writing.done


def tidy(project: Path, name: str, text: str) -> str:
    """As ``make format`` would leave it: how lines break and imports are sorted depends on how long a name is."""
    if not name.endswith(".py"):
        return text
    for command in (("check", "--fix", "--exit-zero"), ("format",), ("check", "--fix")):
        ruff = ("ruff", *command, "--quiet", "--no-cache", "--stdin-filename", name, "-")
        done = python(project, *ruff, given=text)
        if done.returncode != 0:
            why = " ".join((done.stdout + done.stderr).split()[-60:])
            raise Refused("not_tidy", f"{name} does not pass ruff, so nothing was written: {why}")
        text = done.stdout
    return text


def migration(project: Path, names: Names) -> tuple[str, str]:
    """Its path in the project, and its text, after whatever is the last one. Where history has several ends, after
    all of them, as ``flask db merge`` does it."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 (no server needs it)
    from alembic.util import CommandError, rev_id  # noqa: PLC0415

    versions = project / "migrations/versions"
    with TemporaryDirectory() as elsewhere:
        config = current_app.extensions["migrate"].migrate.get_config(str(project / "migrations"))
        template = ScriptDirectory.from_config(config).file_template
        script = ScriptDirectory(
            str(project / "migrations"),
            file_template=template,
            version_locations=[str(versions), elsewhere],
            messaging_opts={"quiet": True},
        )
        try:
            up, down = migration_of(names)
            heads = script.get_heads()
            made = script.generate_revision(
                rev_id(), names.many, heads, version_path=elsewhere, imports=None, upgrades=up, downgrades=down
            )
        except CommandError as error:
            raise Refused("no_migration", f"alembic cannot write one after those that are there: {error}") from error
        if made is None:
            raise Refused("no_migration", "alembic has written none.")
        path = Path(made.path)
        return f"migrations/versions/{path.name}", path.read_text(encoding="utf-8")


def with_word(source: str, word: str) -> str:
    """The adopter's list, and the word at its end. Raises Refused if it is no list as Flaskport ships it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "named":
            lines = source.splitlines(keepends=True)
            end = (node.end_lineno or 0) - 1
            if lines[end].strip() == ")" and node.lineno - 1 < end:
                return "".join([*lines[:end], f'    "{word}",\n', *lines[end:]])
            if node.lineno - 1 == end:
                words = ", ".join([*map(ast.unparse, node.args), f'"{word}",'])
                old = ast.get_source_segment(source, node) or ""
                return source.replace(old, f"named({words})")
    raise Refused("no_list", f"{LIST} has no list FEATURES = named(…) that ends with a line of its own.")


def types_of(project: Path) -> dict[str, str]:
    """What ``flask types`` writes now, by path: another process, which sees the feature. Raises Refused if it does not
    start with it."""
    with TemporaryDirectory() as folder:
        done = python(project, "flask", "--app", "wsgi", "types", "--folder", folder)
        if done.returncode != 0:
            why = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
            raise Refused("no_start", f"The app does not start with it, so nothing was written: {why}")
        written = sorted(Path(folder).iterdir())
        return {f"{TYPES}/{path.name}": path.read_text(encoding="utf-8") for path in written}


def python(project: Path, *module: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a module in the project. Raises Refused where it does not end."""
    try:
        return subprocess.run(  # noqa: S603 (no shell; of what somebody typed there is a name, and that was checked)
            (sys.executable, "-m", *module),
            cwd=project,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("no_end", f"{module[0]} did not end within {SECONDS} s, so nothing was written.") from error
