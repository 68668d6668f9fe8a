"""README.md: its tour, its commands and its shell are those of the product."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click import Group
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup

from app import accounts
from tests.client import PASSWORD, Browser
from tests.docs.snippets import ROOT, blocks
from tests.server import Server

README = "../README.md"


def sh(containing: str) -> str:
    [block] = [block for block in blocks(README, "sh") if containing in block]
    return block


def test_the_tour_with_curl_goes_as_it_says(serve_all: Callable[..., Server], tmp_path: Path) -> None:
    assert shutil.which("curl"), "the tour is one with curl"
    tour = sh("# Register.").replace("URL=http://localhost:8000", f"URL={serve_all('sqlite').url}")
    environment = {"PATH": os.environ["PATH"], "no_proxy": "*"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", tour],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    registered, signed_in, profile, renamed, refreshed, refused, signed_out, of_a_program = done.stdout.splitlines()
    assert '"email":"ada@example.com"' in registered
    assert '"expires_in":900' in signed_in
    assert "token" not in signed_in
    assert profile == registered
    assert '"name":"Ada Lovelace"' in renamed
    assert '"expires_in":900' in refreshed
    assert '"code":"permission_required"' in refused
    assert signed_out == "204"
    assert of_a_program == renamed


@pytest.mark.needs("api_keys", "invitations", "password_reset", "providers")
def test_every_command_that_is_listed_is_there(app: Flask) -> None:
    listed = re.findall(r"^\.venv/bin/flask ([\w-]+) ([\w|-]+)", sh("flask users create|list"), re.MULTILINE)
    for group, names in listed:
        command = app.cli.commands[group]
        assert isinstance(command, Group)
        assert set(names.split("|")) <= command.commands.keys(), group
    assert {group for group, _ in listed} >= {"users", "sessions", "keys", "signing-keys", "auth", "trpc"}


def test_the_lines_for_the_shell_work_there(app: Flask) -> None:
    [lines] = blocks(README, "python")
    group = FlaskGroup(create_app=lambda: app, load_dotenv=False, set_debug_flag=False)
    result = CliRunner().invoke(group, ["shell"], input=lines)
    assert (result.exit_code, "Error" in result.output) == (0, False)
    with app.app_context():
        grace = accounts.get("grace@example.com")
        assert (grace.role, accounts.authenticate("grace@example.com", PASSWORD) is not None) == ("admin", True)


def test_a_ban_is_made_as_it_says(app: Flask, browser: Browser) -> None:
    browser.register("eve@example.com")
    done = app.test_cli_runner().invoke(args=shlex.split(sh("users ban eve"), comments=True)[1:])
    assert done.exit_code == 0, done.output
    with app.app_context():
        assert accounts.get("eve@example.com").status == "banned"


def test_what_serves_is_what_the_units_start() -> None:
    """tests/deploy starts the units."""
    units = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy/systemd").glob("*.service"))
    for line in sh("flask worker ").splitlines():
        assert f"ExecStart=/srv/flaskport/{line.partition('  #')[0].strip()}\n" in units


@pytest.mark.parametrize("server", ["gunicorn", "granian"])
def test_make_starts_the_server_that_is_named(server: str) -> None:
    printed = subprocess.run(
        ["make", "--dry-run", "run", f"SERVER={server}"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    starts = {"gunicorn": "python -m gunicorn -c gunicorn.conf.py wsgi:app", "granian": "python granian_server.py"}
    assert f"exec .venv/bin/{starts[server]}" in printed.stdout
