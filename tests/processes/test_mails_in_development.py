"""A server in development needs no second process: it sends its mails itself, and what was left over from before."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from app import accounts
from app.core import mail
from tests import databases
from tests.mails import wait_for
from tests.server import BOTH, ROOT, SECONDS, environment, free_port, running

KIND, ADA = "password_reset", "ada@example.com"
pytestmark = pytest.mark.needs(KIND)


@pytest.fixture
def left_over(new_database: Callable[[str, str], str]) -> str:
    """A database with a mail that was promised before the server starts."""
    url = new_database("sqlite", "left_over")
    app = databases.migrated("sqlite", url).app
    with app.app_context():
        accounts.register(ADA, None)
        mail.queue(KIND, address=ADA)
    databases.close(app)
    return url


@pytest.mark.parametrize("by", BOTH)
def test_of_two_workers_each_sends_what_it_has_promised_and_stops_as_ever(
    by: str, left_over: str, tmp_path: Path
) -> None:
    with running(left_over, 2, tmp_path, {}, by=by) as server:
        wait_for(server.mails, ADA)
        for count in (2, 3, 4):
            asked = requests.post(f"{server.url}/auth/forgot-password", json={"email": ADA}, timeout=SECONDS)
            before = time.monotonic()
            wait_for(server.mails, ADA, count)
            assert asked.status_code == 202
            assert time.monotonic() - before < 5
        before = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(SECONDS) == 0
        assert time.monotonic() - before < 15
    assert "Traceback" not in server.log.read_text()


def test_flask_run_sends_them_too(left_over: str, tmp_path: Path) -> None:
    settings = {"MAIL_URL": f"file:{tmp_path / 'mails'}", "PORT": str(free_port())}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "run"],
            cwd=ROOT,
            env=environment(left_over, settings),
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(tmp_path / "mails", ADA)
        finally:
            process.terminate()
            process.wait(SECONDS)
