"""A server of either kind in a checkout of its own, with a ``.env`` that tests change."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from config import secret_lines
from tests import databases
from tests.client import PASSWORD
from tests.server import COMMANDS, ROOT, SECONDS, SERVED, Server, environment, running, wait_until

OWN_FILE = {"PYTHON_DOTENV_DISABLED": None, "JWT_SECRET": None, "JWT_REFRESH_SECRET": None}
"""What is taken out of the environment, so that the file says it."""
PERSON = {"email": "ada@example.com", "password": PASSWORD}


@dataclass(frozen=True)
class Checkout:
    """A server with a ``.env`` of its own, in a checkout of its own."""

    server: Server
    env_file: Path

    def write(self, text: str) -> None:
        self.env_file.write_bytes(text.encode("utf-8", "surrogateescape"))

    def said(self) -> str:
        return self.server.log.read_text()

    def reload(self) -> None:
        self.server.process.send_signal(signal.SIGHUP)

    def reload_and_wait(self) -> None:
        """Until the old workers have gone, all answer."""
        old = self.server.workers()
        self.reload()
        self.wait_until(lambda: self.are_replaced(old))

    def are_replaced(self, old: list[int]) -> bool:
        now = self.server.workers()
        return len(now) == len(old) and not {*now} & {*old}

    def token(self) -> tuple[str, int]:
        """An access token, and the minutes for which it is good."""
        asked = {"grant_type": "password", **PERSON}
        answer = requests.post(f"{self.server.url}/auth/token", json=asked, timeout=SECONDS).json()
        return str(answer["access_token"]), int(answer["expires_in"]) // 60

    def answer(self, token: str) -> int:
        bearer = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{self.server.url}/api/profile", headers=bearer, timeout=SECONDS).status_code

    def wait_until(self, happened: Callable[[], bool]) -> None:
        wait_until(happened, self.said, 2 * SECONDS)


def lay_out(folder: Path) -> None:
    """What a server is started with, in a folder of its own, so that it reads the ``.env`` beside it."""
    for name in SERVED:
        shutil.copy(ROOT / name, folder)
    for name in ("app", "migrations"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)


@contextmanager
def served_checkout(folder: Path, url: str, by: str, workers: int = 1) -> Iterator[Checkout]:
    """``url`` is that of an empty database. With one worker every answer is of the only one."""
    lay_out(folder)
    databases.close(databases.migrated("sqlite", url).app)
    (folder / ".env").write_text(f"{secret_lines()}ACCESS_TOKEN_MINUTES=5\n")
    with running(url, workers, folder, OWN_FILE, checkout=folder, by=by) as server:
        requests.post(f"{server.url}/auth/register", json=PERSON, timeout=SECONDS).raise_for_status()
        yield Checkout(server, folder / ".env")


@contextmanager
def started(
    by: str, folder: Path, url: str, before: Sequence[str] = (), given: Sequence[int] = (), **env: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server of what is laid out there, with the ``.env`` beside it."""
    settings = environment(url, {"PYTHON_DOTENV_DISABLED": None, "FLASK_SKIP_DOTENV": None, **env})
    with (folder / "log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *before, *COMMANDS[by]],
            cwd=folder,
            env=settings,
            pass_fds=given,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def has_said(log: Path, words: str, times: int) -> bool:
    return log.read_text().count(words) == times


def answers(address: tuple[str, int] | str) -> bool:
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as client:
        client.settimeout(SECONDS)
        try:
            client.connect(address)
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return client.recv(15) == b"HTTP/1.1 200 OK"
        except OSError:
            return False
