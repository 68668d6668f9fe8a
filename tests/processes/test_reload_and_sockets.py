"""SIGHUP where a server is given its socket, or listens elsewhere by then."""

from __future__ import annotations

import signal
import socket
from functools import partial
from pathlib import Path

import pytest

from tests.checkouts import answers, has_said, lay_out, started
from tests.server import BOTH, SECONDS, free_port, wait_until

NOWHERE = {
    "127.0.0.1:abc": "'abc' is not a valid port",
    "127.0.0.1:99999": "port must be 0-65535",
    "192.0.2.1:8000": "Cannot assign requested address",
    "fd://77": "Bad file descriptor",
    "unix:wsgi.py": "something else is there",
    f"unix:{'x' * 108}": "the path is too long",
    "unix:nowhere/a.sock": "nowhere is no folder that this user may write to",
}
"""What BIND may say, and why not."""


@pytest.mark.parametrize("by", BOTH)
def test_a_reload_listens_where_env_says_by_then_and_leaves_no_socket_behind(by: str, tmp_path: Path) -> None:
    url, port, log = f"sqlite:///{tmp_path / 'unused.db'}", free_port(), tmp_path / "log"
    lay_out(tmp_path)
    env_file, at = tmp_path / ".env", tmp_path / "a.sock"
    env_file.write_text(f"PORT={port}\nWEB_CONCURRENCY=1\n")
    with started(by, tmp_path, url) as process:
        wait_until(lambda: answers(("127.0.0.1", port)), log.read_text)
        for bind, why in NOWHERE.items():
            env_file.write_text(f"BIND={bind}\nWEB_CONCURRENCY=1\n")
            process.send_signal(signal.SIGHUP)
            wait_until(lambda: f"BIND is {bind}, where nobody can listen: " in log.read_text(), log.read_text)  # noqa: B023
            assert why in log.read_text()
            assert answers(("127.0.0.1", port))
        env_file.write_text(f"PORT={port}\nWEB_CONCURRENCY=1\n")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: log.read_text().count("Listening at") == 2, log.read_text)
        env_file.write_text(f"BIND=unix:{at}\nWEB_CONCURRENCY=1\n")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: answers(str(at)) and not answers(("127.0.0.1", port)), log.read_text)
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: log.read_text().count("Listening at") == 4, log.read_text)
        assert answers(str(at)), log.read_text()
        process.terminate()
        assert process.wait(SECONDS) == 0, log.read_text()
        assert not at.exists()


MOVED = "import os, sys; os.dup2({given}, {number}); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"


@pytest.mark.parametrize("number", [3, 100])  # systemd's first, and that of a board where nobody has it
@pytest.mark.parametrize("by", BOTH)
def test_a_reload_finds_the_socket_that_it_was_given_whatever_its_number(by: str, number: int, tmp_path: Path) -> None:
    url, log = f"sqlite:///{tmp_path / 'unused.db'}", tmp_path / "log"
    lay_out(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as socket_given:
        given, address = socket_given.fileno(), socket_given.getsockname()
        before = ("-c", MOVED.format(given=given, number=number))
        env = {"BIND": f"fd://{number}", "WEB_CONCURRENCY": "1"}
        with started(by, tmp_path, url, before, (given,), **env) as process:
            wait_until(lambda: answers(address), log.read_text)
            process.send_signal(signal.SIGHUP)
            wait_until(partial(has_said, log, "Listening at", 2), log.read_text)
            assert answers(address), log.read_text()
            process.terminate()
            assert process.wait(SECONDS) == 0, log.read_text()


@pytest.mark.parametrize("options", ["--pid a.pid", "--reuse-port"])
def test_a_reload_knows_what_the_command_says(options: str, tmp_path: Path) -> None:
    url, port, log = f"sqlite:///{tmp_path / 'unused.db'}", free_port(), tmp_path / "log"
    lay_out(tmp_path)
    (tmp_path / ".env").write_text(f"PORT={port}\nWEB_CONCURRENCY=1\n")
    with started("gunicorn", tmp_path, url, GUNICORN_CMD_ARGS=options) as process:
        wait_until(lambda: answers(("127.0.0.1", port)), log.read_text)
        process.send_signal(signal.SIGHUP)
        wait_until(partial(has_said, log, "Using worker", 2), log.read_text)
        wait_until(lambda: answers(("127.0.0.1", port)), log.read_text)
        process.terminate()
        assert process.wait(SECONDS) == 0, log.read_text()
    assert not (tmp_path / "a.pid").exists()
