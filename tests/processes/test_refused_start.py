"""Settings that only the application itself can judge: refused in one line by whatever starts it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from config import secret_lines
from tests.server import ROOT, SECONDS, SERVED, START_SECONDS, environment, free_port

COMMANDS = {
    "gunicorn": ["gunicorn", "-c", "gunicorn.conf.py", "-b", "127.0.0.1:0", "wsgi:app"],
    "granian": ["granian_server"],
    "flask": ["flask", "users", "list"],
}


DEBUGGERS = {
    "--debug": ["flask", "run", "--debug"],
    "--debugger": ["flask", "run", "--debugger"],
}


@pytest.mark.parametrize("way", DEBUGGERS)
def test_nobody_debugs_in_production(way: str, tmp_path: Path) -> None:
    done = start(DEBUGGERS[way], f"sqlite:///{tmp_path / 'unused.db'}", {"APP_ENV": "production"})

    assert done.returncode not in (0, 1, 2)
    assert "not with APP_ENV=production." in done.stderr
    assert way in done.stderr
    assert "Traceback" not in done.stderr


def start(
    command: list[str], url: str, settings: dict[str, str], folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment(url, settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_all_that_is_wrong_is_said_at_once_a_line_each(command: str, tmp_path: Path) -> None:
    wrong = {
        "LOG_LEVEL": "LOUD",
        "TRPC_BATCH_LIMIT": "0",
        "REFRESH_IDLE_DAYS": "31",
        "JWT_SECRET": "",
        "CORS_ORIGINS": "*",
        "SOCIAL_GOOGLE_OAUTH2_KEY": "a feature's",
        "PUBLIC_URL": "http://localhost:8000",
    }
    done = start(COMMANDS[command], f"sqlite:///{tmp_path / 'unused.db'}", {**wrong, "WEB_THREADS": "0", "PORT": "0"})

    assert (done.returncode, done.stdout) == (4, "")
    assert sorted(line.split()[:2] for line in done.stderr.splitlines()) == [
        ["flaskport:", "ACCESS_TOKEN_MINUTES,"],
        ["flaskport:", "CORS_ORIGINS"],
        ["flaskport:", "JWT_SECRET"],
        ["flaskport:", "LOG_LEVEL"],
        ["flaskport:", "PORT"],
        ["flaskport:", "TRPC_BATCH_LIMIT"],
        ["flaskport:", "WEB_THREADS"],
        ["flaskport:", "google-oauth2"],
    ]


@pytest.mark.parametrize(("option", "named"), [("-e=JWT_ISSUER=example", "-e, --env"), ("--reload", "--reload")])
@pytest.mark.parametrize("by", ["command", "environment"])
def test_an_option_of_gunicorn_that_comes_too_late_is_refused(option: str, named: str, by: str, tmp_path: Path) -> None:
    command, url = COMMANDS["gunicorn"], f"sqlite:///{tmp_path / 'unused.db'}"
    if by == "command":
        done = start([*command, "--check-config", option], url, {})
    else:
        done = start([*command, "--check-config"], url, {"GUNICORN_CMD_ARGS": option})

    assert done.returncode == 1
    assert done.stderr.startswith(f"flaskport: {named}: the application is loaded before that")
    assert len(done.stderr.splitlines()) == 1


def test_an_option_of_flask_run_is_stronger_than_port(tmp_path: Path) -> None:
    port = free_port()
    url = f"sqlite:///{tmp_path / 'unused.db'}"
    with flask_run("--port", str(port), env=environment(url, {"PORT": "1"})) as process:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)


def test_flask_run_reads_env_file_itself_so_that_its_reloader_inherits_no_old_setting(
    tmp_path: Path,
) -> None:
    port = free_port()
    for name in ("board.py", "config.py", "logs.py", "wsgi.py"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "app").symlink_to(ROOT / "app")
    (tmp_path / ".env").write_text(f"{secret_lines()}PORT={port}\nPGSSLMODE=prefer\n")
    with flask_run(env={"PATH": os.environ["PATH"]}, folder=tmp_path) as process:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        variables = Path(f"/proc/{process.pid}/environ").read_text().split("\0")
    assert "PGSSLMODE=prefer" in variables  # for a library
    assert not [line for line in variables if line.startswith(("JWT_", "PORT="))]


@contextmanager
def flask_run(*options: str, env: dict[str, str], folder: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "flask", "run", *options]
    with subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(url, timeout=SECONDS).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"nobody answers at {url}")


def test_a_name_in_the_environment_that_is_nearly_a_setting_is_said_since_it_may_be_somebody_elses(
    tmp_path: Path,
) -> None:
    command = ["gunicorn", "-c", "gunicorn.conf.py", "--check-config", "wsgi:app"]
    done = start(command, f"sqlite:///{tmp_path / 'unused.db'}", {"CORS_ORIGIN": "https://app.example.com", "BIN": "x"})

    assert (done.returncode, done.stderr) == (0, "flaskport: CORS_ORIGIN is no setting. Did you mean CORS_ORIGINS?\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_feature_may_not_declare_is_one_line_that_names_its_module(command: str, tmp_path: Path) -> None:
    for name in SERVED:
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "app" / "ours").mkdir(parents=True)
    for path in (ROOT / "app").iterdir():
        if path.name not in ("ours", "__pycache__"):
            (tmp_path / "app" / path.name).symlink_to(path)
    (tmp_path / "app/ours/__init__.py").write_text(
        'from app.core.parts import named\nFEATURES = named(__name__, "notes")\n'
    )
    (tmp_path / "app/ours/notes.py").write_text(
        'from app.core.errors import refusal\nTAKEN = refusal(400, "email_taken", "It is taken.")\n'
    )
    done = start(COMMANDS[command], f"sqlite:///{tmp_path / 'unused.db'}", {}, folder=tmp_path)

    assert (done.returncode, done.stderr) == (
        4,
        'flaskport: app.ours.notes: the refusal "email_taken" is declared in app.accounts.signing_up already, with '
        "another status or other sentences. Import that one, or choose another code.\n",
    )


MISTYPED = """
from app.api import api
from app.guards import role_required
@api.get("/mistyped")
@role_required("amdin")
def mistyped(): ...
import wsgi
"""


def test_a_mistyped_guard_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MISTYPED],
        cwd=ROOT,
        env=environment("sqlite:///unused.db", {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 4
    assert re.fullmatch(
        r'flaskport: api.mistyped: Unknown role "amdin". Registered: .*\. Did you mean "admin"\?\n', done.stderr
    )
