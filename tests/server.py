"""gunicorn with several worker processes, as an operator runs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.client import PASSWORD
from tests.databases import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server and the file that it logs to."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def signed_in(self, email: str = "ada@example.com") -> requests.Session:
        """Somebody with an account, signed in, with the CSRF header set."""
        session = requests.Session()
        fields = {"email": email, "password": PASSWORD}
        session.post(f"{self.url}/auth/register", json=fields, timeout=20).raise_for_status()
        session.post(f"{self.url}/auth/login", json=fields, timeout=20).raise_for_status()
        session.headers["X-CSRF-TOKEN"] = session.cookies["csrf_access_token"]
        return session


def environment(url: str, extra: Mapping[str, str]) -> dict[str, str]:
    """What the server is started with: nothing of the developer's own settings."""
    kept: dict[str, Any] = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "APP_ENV": "development",
        "DATABASE_URL": url,
        "JWT_SECRET": SETTINGS.jwt_secret,
        "JWT_REFRESH_SECRET": SETTINGS.jwt_refresh_secret,
        **extra,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(url: str, workers: int, folder: Path, extra: Mapping[str, str]) -> Iterator[Server]:
    port = free_port()
    log = folder / f"gunicorn-{port}.log"
    variables = environment(url, {"PORT": str(port), "WEB_CONCURRENCY": str(workers), **extra})
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"],
            cwd=ROOT,
            env=variables,
            stdout=output,
            stderr=output,
        )
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nobody waits for an answer any more
        process.wait(timeout=40)


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"gunicorn stopped:\n{server.log.read_text()}")
        try:
            if requests.get(f"{server.url}/readyz", timeout=2).status_code == 200:
                return
        except requests.RequestException:
            time.sleep(0.05)
    raise RuntimeError(f"gunicorn did not become ready:\n{server.log.read_text()}")
