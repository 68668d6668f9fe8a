"""granian's master, as ours starts it: one address for one server, and no worker without it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from granian_socket import let_in_nobody, listen
from tests.server import COMMANDS, ROOT, SECONDS, Server, environment, wait_until


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


@pytest.mark.parametrize("port", ["taken", 99_999])
def test_where_nobody_can_listen_it_says_so_in_one_line(port: str | int, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        written = f"127.0.0.1:{taken.getsockname()[1] if port == 'taken' else port}"
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


def test_where_a_server_hangs_that_takes_nobody_it_is_still_there(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as hanging, socket.socket(socket.AF_UNIX) as waiting:
        hanging.bind(f"{tmp_path}/a.sock")
        hanging.listen(0)
        waiting.connect(f"{tmp_path}/a.sock")
        with pytest.raises(OSError, match="another program listens there"):
            listen(f"unix:{tmp_path}/a.sock")


def test_a_worker_that_cannot_turn_people_away_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    far = tmp_path / ("x" * 108)
    far.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(far))
    with listen(f"unix:{tmp_path}/a.sock") as listening, socket.socket(socket.AF_UNIX) as client:
        let_in_nobody(listening)
        client.connect(f"{tmp_path}/a.sock")
        listening.accept()[0].close()
    assert caplog.messages == ["whoever comes is let in until this worker ends: AF_UNIX path too long"]


def test_a_socket_that_was_given_to_it_is_there_when_it_has_gone(tmp_path: Path) -> None:
    """systemd goes on listening at it: whoever comes starts the server again."""
    path = tmp_path / "given.sock"
    with socket.socket(socket.AF_UNIX) as given, (tmp_path / "log").open("wb") as log:
        given.bind(str(path))
        given.listen()
        settings = {"BIND": f"fd://{given.fileno()}", "WEB_CONCURRENCY": "1"}
        env = environment(f"sqlite:///{tmp_path / 'unused.db'}", settings)
        process = subprocess.Popen(
            [sys.executable, *COMMANDS["granian"]], cwd=ROOT, env=env, pass_fds=[given.fileno()], stdout=log, stderr=log
        )
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(SECONDS)
            client.connect(str(path))
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = client.recv(15)
        process.terminate()
        assert (answer, process.wait(SECONDS)) == (b"HTTP/1.1 200 OK", 0)
        assert path.is_socket()


def test_workers_end_with_their_master(serve: Callable[..., Server]) -> None:
    server = serve("sqlite", workers=1, by="granian")
    [worker] = server.workers()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    wait_until(lambda: not Path(f"/proc/{worker}").exists())

    with pytest.raises(requests.ConnectionError):
        requests.get(f"{server.url}/healthz", timeout=SECONDS)
