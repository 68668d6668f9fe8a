"""gunicorn, forked from a process that has loaded the application: else nine tenths of a start are spent on that.

It is for tests of what a server does once it runs. That it starts from nothing is tried in tests/processes, by those
that ask for a ``fresh`` one.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from socket import socket

from tests import people

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.preloaded"])
COMMAND = ("gunicorn", "-c", "gunicorn.conf.py", "wsgi:app")
AT_START = ("config", "logs", "serving", "gunicorn_worker")
"""Modules that a server loads while it starts."""


class Forked:
    """As much of ``subprocess.Popen`` as tests of servers need."""

    def __init__(
        self, checkout: Path, settings: Mapping[str, str], listening: socket, log: Path, *, cheap: bool
    ) -> None:
        self._process = CONTEXT.Process(target=_gunicorn, args=(checkout, dict(settings), listening, log, cheap))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(COMMAND, timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _gunicorn(checkout: Path, settings: dict[str, str], listening: socket, log: Path, cheap: bool) -> None:
    if cheap:
        people.hash_anew(**people.CHEAP)
    output = os.open(log, os.O_WRONLY | os.O_CREAT)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.clear()
    os.environ.update(settings, BIND=f"fd://{listening.detach()}")
    os.chdir(checkout)
    sys.orig_argv = [sys.executable, "-m", *COMMAND]  # what a reload runs
    for module in AT_START:
        sys.modules.pop(module, None)
    sys.argv = list(COMMAND)
    import_module("gunicorn.app.wsgiapp").run(prog=COMMAND[0])
