"""The server of the demo: gunicorn, started and ended by the command, with settings of the demo's own."""

from __future__ import annotations

import subprocess
import time

import requests

from config import ROOT
from demo.__main__ import serving
from demo.screenshots import Scene
from tests.server import free_port


def test_make_starts_what_is_tried_here() -> None:
    for target, module in (("demo", "demo"), ("screenshots", "demo.screenshots")):
        told = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert told.splitlines()[-1].endswith(f".venv/bin/python -m {module}")


def test_the_server_starts_on_what_was_filled_and_ends_with_the_demo(demo: Scene) -> None:
    port = free_port()
    settings = {**demo.settings, "BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1"}
    with serving(settings) as server:
        answer = _when_ready(f"http://127.0.0.1:{port}")
        assert server.poll() is None

    assert [each["label"] for each in answer.json()["items"]] == ["Acme", "Globex"]
    assert server.poll() == 0


def _when_ready(url: str) -> requests.Response:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            return requests.get(f"{url}/auth/providers", timeout=20)
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")
