"""How each peer is started: all of them with as many workers as gunicorn has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from benchmarks.servers import Server, started
from tests.databases import SETTINGS

EXPRESS = Path(__file__).resolve().parent / "express"
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
NEEDED = "The comparison needs Node.js 20 or later, node and npm: https://nodejs.org"


def install() -> None:
    """The Express applications' packages, from their lock file, unless they are there."""
    if not (shutil.which("node") and shutil.which("npm")):
        sys.exit(NEEDED)
    lock, installed = EXPRESS / "package-lock.json", EXPRESS / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(INSTALL, cwd=EXPRESS, check=True, stdout=sys.stderr)


@contextmanager
def express(name: str, url: str, folder: Path, workers: int, packages: Path = EXPRESS) -> Iterator[Server]:
    """One of the applications in the folder ``express``, in Node's own cluster."""
    env = {"NODE_ENV": "production", "WORKERS": str(workers), **_environment(), **pg_environment(url)}
    command: list[str | Path] = ["node", packages / "workers.mjs", f"{name}.mjs"]
    with started(lambda _port: command, folder, env) as server:
        yield server


@contextmanager
def naive(url: str, folder: Path, workers: int, threads: int) -> Iterator[Server]:
    """The tutorials' application, under gunicorn with nothing set but the size, and no log."""
    env = {**_environment(), "DATABASE_URL": url}
    size = ("--workers", str(workers), "--threads", str(threads))

    def command(port: int) -> list[str]:
        where = ("--config", os.devnull, "--bind", f"127.0.0.1:{port}", "--no-control-socket")
        return [sys.executable, "-m", "gunicorn", *size, *where, "benchmarks.peers.naive:app"]

    with started(command, folder, env) as server:
        yield server


def pg_environment(url: str) -> dict[str, str]:
    """Where the database is, in the variables that libpq and pg read."""
    parts = sa.make_url(url)
    values = {
        "PGHOST": parts.host or parts.query.get("host"),
        "PGPORT": parts.port or parts.query.get("port"),
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
    }
    return {name: str(value) for name, value in values.items() if value}


def _environment() -> dict[str, str]:
    """Nothing of our own but where programs are, and the secret that tokens are signed with."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "JWT_SECRET": SETTINGS.jwt_secret}
