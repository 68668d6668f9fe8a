"""The server of the demo: gunicorn, started and ended by the command, with settings of the demo's own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from config import ROOT
from demo.__main__ import serving
from demo.screenshots import Scene
from serving import greet
from tests.server import free_port


def test_make_starts_what_is_tried_here() -> None:
    for target, module in (("demo", "demo"), ("screenshots", "demo.screenshots")):
        told = subprocess.run(
            ["make", "-n", "--no-print-directory", target], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        assert told.splitlines()[-1].endswith(f".venv/bin/python -m {module}")


def test_the_server_starts_on_what_was_filled_and_ends_with_the_demo(demo: Scene, tmp_path: Path) -> None:
    port = free_port()
    settings = {**demo.settings, "BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1"}
    with (tmp_path / "mark").open("w+") as mark, serving(settings, mark) as server:
        assert (tmp_path / "mark").read_text() == f"{server.pid}\n"
        answer = _when_ready(f"http://127.0.0.1:{port}")
        assert server.poll() is None

    assert [each["label"] for each in answer.json()["items"]] == ["Acme", "Globex"]
    assert server.poll() == 0


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_at_once_while_it_is_filled_whatever_it_is_about(by: signal.Signals) -> None:
    """An exception would be one of the work's, which catches some."""
    code = """if True:
        import os, signal
        from demo.__main__ import _at_once, _end_by
        signal.signal(NUMBER, signal.SIG_DFL)  # whoever runs these tests in the background ignores Ctrl-C
        _end_by(signal.default_int_handler)
        _end_by(_at_once)
        try:
            os.kill(os.getpid(), NUMBER)
        except BaseException:
            print("caught")
    """
    command = [sys.executable, "-c", code.replace("NUMBER", str(int(by)))]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert (done.returncode, done.stdout) == (128 + by, b"")


@pytest.mark.parametrize(("told", "greets"), [(None, True), ("1", True), ("", False)])
def test_a_server_of_the_demo_does_not_tell_of_itself_at_a_terminal(
    told: str | None, greets: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would say how to make an admin: in the database of "make run"."""
    monkeypatch.delenv("FLASKPORT_HELLO", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    if told is not None:
        monkeypatch.setenv("FLASKPORT_HELLO", told)
    greet("127.0.0.1:8000")
    assert ("Make the first admin" in capsys.readouterr().out) is greets


def _when_ready(url: str) -> requests.Response:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            return requests.get(f"{url}/auth/providers", timeout=20)
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")
