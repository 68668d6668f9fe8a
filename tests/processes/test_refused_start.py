"""Settings that only the application itself can judge: refused in one line by whatever starts it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT, environment

COMMANDS = {
    "gunicorn": ["gunicorn", "-c", "gunicorn.conf.py", "-b", "127.0.0.1:0", "wsgi:app"],
    "flask": ["flask", "users", "list"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_setting_that_is_refused_is_named_without_a_traceback(command: str, tmp_path: Path) -> None:
    # One worker: where two give up in the same moment, gunicorn's master writes a traceback of its own.
    half = {"SOCIAL_GOOGLE_OAUTH2_KEY": "key", "PUBLIC_URL": "http://localhost:8000", "WEB_CONCURRENCY": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *COMMANDS[command]],
        cwd=ROOT,
        env=environment(f"sqlite:///{tmp_path / 'unused.db'}", half),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode not in (0, 1, 2)
    assert "SOCIAL_GOOGLE_OAUTH2_SECRET is missing" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Usage:" not in done.stderr
