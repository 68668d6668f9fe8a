"""Back the database of DATABASE_URL up into a file, or restore it from one. Either engine, while it is in use.

    .venv/bin/python deploy/backup.py save FILE
    .venv/bin/python deploy/backup.py restore FILE

A copy is written beside FILE, looked at, and then given its name: what has that name is whole. Nothing is restored over
what is there already.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy.engine import URL, make_url  # noqa: E402 (from the project's own folder)

from app.core.database_url import database_url  # noqa: E402
from app.core.postgres import driver_options  # noqa: E402
from config import ConfigError, variables  # noqa: E402

Refused = RuntimeError


def main(*arguments: str) -> str | None:
    """A complaint, or None."""
    if len(arguments) != 2 or arguments[0] not in {"save", "restore"}:
        return __doc__
    os.umask(0o077)
    try:
        url = make_url(database_url(variables().get("DATABASE_URL") or "sqlite:///flaskport.db"))
        action = {"save": save, "restore": restore}[arguments[0]]
        action(url, Path(arguments[1]).absolute())
    except (ConfigError, Refused, OSError, sqlite3.Error) as error:
        return f"backup: {error}"
    except subprocess.CalledProcessError as error:
        return f"backup: {Path(error.cmd[0]).name} ended with {error.returncode}"
    return None


def save(url: URL, file: Path) -> None:
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        if url.get_backend_name() == "sqlite":
            copy(file_of(url), part)
        else:
            run(url, "pg_dump", "--format=custom", "--file", str(part))
            listed = ["pg_restore", "--list", str(part)]
            subprocess.run(listed, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (a program and a file)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def restore(url: URL, file: Path) -> None:
    if not file.exists():
        raise Refused(f"{file} is not there")
    if url.get_backend_name() == "sqlite":
        target = file_of(url)
        for path in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
            if path.exists():
                raise Refused(f"{path} is there: stop Flaskport, and move it away first")
        part = target.with_name(f"{target.name}.part")
        try:
            copy(file, part)
            if os.geteuid() == 0:  # Flaskport, which is not root, has to open it
                folder = target.parent.stat()
                os.chown(part, folder.st_uid, folder.st_gid)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    else:
        if tables(url):
            raise Refused("the database has tables: make a new one, and name that in DATABASE_URL")
        run(url, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(file))


def file_of(url: URL) -> Path:
    """As Flask-SQLAlchemy finds it."""
    return ROOT / "instance" / str(url.database)


def copy(source: Path, target: Path) -> None:
    """By SQLite itself, which has whoever writes wait for a moment, or begins again behind them."""
    if not source.exists():
        raise Refused(f"{source} is not there")
    with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as original, closing(connect(target)) as made:
        original.backup(made)
        made.execute("PRAGMA journal_mode=DELETE")  # one file
        if made.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise Refused(f"{source} is damaged")


def connect(path: Path) -> sqlite3.Connection:
    path.unlink(missing_ok=True)
    return sqlite3.connect(path)


def tables(url: URL) -> bool:
    asked = ("--no-psqlrc", "--tuples-only", "--command", "SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1")
    return bool(run(url, "psql", *asked).strip())


def run(url: URL, program: str, *arguments: str) -> str:
    """One of PostgreSQL's own programs. The password is in its environment, where no list of processes shows it."""
    options = driver_options(url)  # of several hosts the one that takes writes
    writes = {name: options[name] for name in ("target_session_attrs",) if name in options}
    of_libpq = url._replace(drivername="postgresql", password=None).difference_update_query(["prepare_threshold"])
    of_libpq = of_libpq.update_query_dict(writes)
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = [program, "--dbname", of_libpq.render_as_string(), *arguments]
    environment = {**os.environ, **secret}
    done = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 (its own programs)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
