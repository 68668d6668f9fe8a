"""gunicorn or granian with the application or the bare route, under the same settings; and what else is compared."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from benchmarks import cpu
from tests.server import ROOT, environment, free_port

START_SECONDS = 60
STOP_SECONDS = 40
APP = "wsgi:app"
BARE = "benchmarks.bare:app"
UNQUEUED = "benchmarks.unqueued:app"
COMMANDS = {
    "gunicorn": ("-m", "gunicorn", "-c", "gunicorn.conf.py", "--max-requests", "0"),
    "granian": ("granian_server.py",),
}
"""A worker that is replaced in the middle of a pass would be charged with its start: gunicorn is told not to."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: a master and its workers."""

    port: int
    process: subprocess.Popen[bytes]
    start_seconds: float
    """To the first answer."""

    def cpu_seconds(self) -> float:
        return cpu.tree_seconds(self.process.pid)

    def megabytes_per_worker(self) -> float:
        return mean(cpu.megabytes(worker) for worker in cpu.children(self.process.pid))

    def megabytes(self) -> float:
        """Of the master and all workers."""
        return sum(cpu.megabytes(pid) for pid in (self.process.pid, *cpu.children(self.process.pid)))


@contextmanager
def running(
    application: str, database_url: str, folder: Path, extra: Mapping[str, str], server: str = "gunicorn"
) -> Iterator[Server]:
    """One of COMMANDS with its own settings file."""
    command = [sys.executable, *COMMANDS[server], application]
    with started(lambda _port: command, folder, environment(database_url, extra)) as running:
        yield running


@contextmanager
def started(command: Callable[[int], Sequence[str | Path]], folder: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """Start a server on a free port of the loopback interface, wait until it answers, and stop it at the end.

    The port is told to it in PORT, and to ``command``. What it writes to stdout, such as an access log, is
    not kept.
    """
    port = free_port()
    log, begun = folder / f"server-{port}.log", time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(port), cwd=ROOT, env={**env, "PORT": str(port)}, stdout=subprocess.DEVNULL, stderr=output
        )
    try:
        _wait(process, port, log)
        yield Server(port, process, time.monotonic() - begun)
    finally:
        _stop(process)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped:\n{log.read_text()}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except OSError:
            time.sleep(0.01)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError(f"the server did not become ready:\n{log.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
