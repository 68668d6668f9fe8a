"""What a server's processes have used, from /proc: CPU time and memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import sqlalchemy as sa

TICKS = os.sysconf("SC_CLK_TCK")
UTIME, STIME, CUTIME, CSTIME = 11, 12, 13, 14
"""Places in /proc/<pid>/stat, counted behind the command's name."""


def children(pid: int) -> list[int]:
    """The process ids of its children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def tree_seconds(pid: int) -> float:
    """CPU seconds of a master and its workers, and of those that have ended. Raises OSError for no master."""
    while True:
        ticks, workers = _ticks(pid, UTIME, STIME, CUTIME, CSTIME), children(pid)
        # One that ends meanwhile (a worker of PostgreSQL's autovacuum) leaves its time to the master: read once more.
        with suppress(FileNotFoundError, ProcessLookupError):
            return (ticks + sum(_ticks(worker, UTIME, STIME) for worker in workers)) / TICKS


def _ticks(pid: int, *places: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[place]) for place in places)


def megabytes(pid: int) -> float:
    """The memory of one process; a page that several share counts for each in part (Pss)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1_000_000
    raise RuntimeError("this kernel does not tell a process's Pss")


def clock_of_postgres(url: str) -> Callable[[], float]:
    """What tells the CPU seconds of a PostgreSQL's processes; of one on another machine, always 0."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        backend = int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
        status = Path(f"/proc/{backend}/stat")
        if not (status.exists() and "postgres" in status.read_text()):
            return lambda: 0.0
        postmaster = int(status.read_text().rpartition(")")[2].split()[1])
    return partial(tree_seconds, postmaster)
