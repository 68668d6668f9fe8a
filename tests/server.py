"""gunicorn or granian with several worker processes, as an operator runs it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.client import PASSWORD
from tests.databases import SETTINGS
from tests.loaded import Forked

ROOT = Path(__file__).resolve().parent.parent
NO_ENV_FILE = {"PYTHON_DOTENV_DISABLED": "1", "FLASK_SKIP_DOTENV": "1"}
"""No ``.env`` is read: the first is for config.py, by python-dotenv; the second for the command ``flask``."""
SERVED = (
    *("board.py", "config.py", "logs.py", "serving.py", "wsgi.py"),
    *("gunicorn.conf.py", "gunicorn_worker.py", "granian_server.py", "granian_socket.py", "granian_worker.py"),
)
"""What a server is started with, beside the application."""
COMMANDS = {"gunicorn": ("-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"), "granian": ("granian_server.py",)}
BOTH = tuple(COMMANDS)
FOUND_IN: dict[str, str] = {}
"""PYTHONPATH, where a server is told to serve what does not stand in its own checkout (tests/without.py)."""
START_SECONDS = 120
SECONDS = 60
"""What an answer may take on a machine that does much else."""


@dataclass(frozen=True)
class Server:
    """A running server, the file that it logs to, the URL of its database, and the folder with the mails it sent."""

    url: str
    process: subprocess.Popen[bytes] | Forked
    log: Path
    database: str
    mails: Path

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def signed_in(self, email: str = "ada@example.com") -> requests.Session:
        """Somebody with an account, signed in, with the CSRF header set."""
        session = requests.Session()
        # A connection that is kept may be closed by the server in the very moment of the next request.
        session.headers["Connection"] = "close"
        fields = {"email": email, "password": PASSWORD}
        session.post(f"{self.url}/auth/register", json=fields, timeout=SECONDS).raise_for_status()
        session.post(f"{self.url}/auth/login", json=fields, timeout=SECONDS).raise_for_status()
        session.headers["X-CSRF-TOKEN"] = session.cookies["csrf_access_token"]
        return session


def environment(url: str, extra: Mapping[str, str | None]) -> dict[str, str]:
    """What the server and every command is started with: nothing of the developer's own settings and keys.

    None takes a variable away.
    """
    kept: dict[str, Any] = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings = kept | {
        **NO_ENV_FILE,
        **FOUND_IN,
        "APP_ENV": "development",
        "DATABASE_URL": url,
        "WEB_QUEUE_SECONDS": str(SECONDS),
        "JWT_SECRET": SETTINGS.jwt_secret,
        "JWT_REFRESH_SECRET": SETTINGS.jwt_refresh_secret,
        "JWT_KEYS_DIR": str(SETTINGS.jwt_keys_dir),
        **extra,
    }
    return {name: value for name, value in settings.items() if value is not None}


def wait_until(happened: Callable[[], bool], told: Callable[[], str] = str, seconds: float = SECONDS) -> None:
    """``told`` is what to know where it does not happen."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, told()
        time.sleep(0.02)


def free_port() -> int:
    """A port for what cannot be given a socket. No other test of this run has it, before, meanwhile or afterwards."""
    for port in _ports:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                tried.bind(("127.0.0.1", port))
                return port
    raise AssertionError("every port that a test may have is taken")


def _ports_of_this_process() -> Iterator[int]:
    """Below those that a system gives to whoever connects (Linux 32768, IANA 49152).

    One of theirs keeps a server from being started again, if a connection had it within the last minute (TIME_WAIT).
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    mine = list(range(20_000 + worker % 16, 32_000, 16))
    begin = os.getpid() % len(mine)  # runs beside each other on one machine begin elsewhere
    return iter(mine[begin:] + mine[:begin])


_ports = _ports_of_this_process()


@contextmanager
def reserved_port() -> Iterator[tuple[int, socket.socket]]:
    """A port that is nobody else's until the end, and its socket. Nobody listens there: who connects is refused."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield int(reserved.getsockname()[1]), reserved


@contextmanager
def running(
    url: str,
    workers: int,
    folder: Path,
    extra: Mapping[str, str | None],
    *,
    checkout: Path = ROOT,
    by: str = "gunicorn",
    at: str = "",
    fresh: bool = True,
    cheap: bool = False,
) -> Iterator[Server]:
    """``by`` is one of BOTH. ``at``: the URL of what stands in front, where BIND is set.

    One that need not be ``fresh`` may begin with the application loaded; then its hashes may be as ``cheap`` as ours.
    """
    with reserved_port() as (port, reserved):
        log, mails = folder / f"{by}-{port}.log", folder / f"mails-{port}"
        # The socket is handed over: a port that was found free may be taken before the server gets there.
        settings = {"BIND": f"fd://{reserved.fileno()}", "WEB_CONCURRENCY": str(workers)}
        if extra.get("APP_ENV") != "production":
            settings["MAIL_URL"] = f"file:{mails}"
        settings |= {"MAIL_TEMPLATES": str(folder / "mail-templates")}
        every = environment(url, settings | dict(extra))
        process = (
            _started(COMMANDS[by], checkout, every, reserved, log)
            if fresh or by != "gunicorn" or at
            else Forked(checkout, every, reserved, log, cheap=cheap)
        )
    server = Server(at or f"http://127.0.0.1:{port}", process, log, url, mails)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nobody waits for an answer any more
        process.wait(timeout=40)


def _started(
    command: tuple[str, ...], checkout: Path, settings: Mapping[str, str], reserved: socket.socket, log: Path
) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=checkout,
            env=settings,
            pass_fds=(reserved.fileno(),),
            stdout=output,
            stderr=output,
        )


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"the server stopped:\n{server.log.read_text()}")
        try:
            if requests.get(f"{server.url}/readyz", timeout=SECONDS).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"the server did not become ready:\n{server.log.read_text()}")
