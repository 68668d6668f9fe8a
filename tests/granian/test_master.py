"""granian's master, as ours starts it: one address for one server, and no worker without it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from granian_server import listen
from tests.server import COMMANDS, ROOT, SECONDS, Server, environment


@pytest.mark.parametrize("bind", ["127.0.0.1:{port}", "unix:{folder}/taken.sock", "unix:/nowhere/at/all", "a:1,b:2"])
def test_it_listens_nowhere_but_where_it_is_told(bind: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, listen(f"unix:{tmp_path}/taken.sock"):
        written = bind.format(port=taken.getsockname()[1], folder=tmp_path)
        with pytest.raises((OSError, ValueError)):
            listen(written)


@pytest.mark.parametrize("bind", ["127.0.0.1:0", "[::1]:0", "localhost:0", "unix:{folder}/a.sock", "unix://{folder}/a"])
def test_an_address_is_read_as_gunicorn_reads_it(bind: str, tmp_path: Path) -> None:
    """And what a server left behind that was killed is no matter."""
    written = bind.format(folder=tmp_path)
    for _ in range(2):
        with listen(written) as listening, socket.socket(listening.family) as client:
            client.connect(listening.getsockname())


def test_where_another_listens_it_says_so_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        written = f"127.0.0.1:{taken.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, *COMMANDS["granian"]],
            cwd=ROOT,
            env=environment(f"sqlite:///{tmp_path / 'unused.db'}", {"BIND": written}),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(f"flaskport: granian cannot listen at {written}: ")
    assert len(done.stderr.splitlines()) == 1


def test_workers_end_with_their_master(serve: Callable[..., Server]) -> None:
    server = serve("sqlite", workers=1, by="granian")
    [worker] = server.workers()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    deadline = time.monotonic() + SECONDS
    while Path(f"/proc/{worker}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)

    with pytest.raises(requests.ConnectionError):
        requests.get(f"{server.url}/healthz", timeout=SECONDS)
