"""The development ``.env``: written once, for its owner only, and never stronger than the environment."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from app.core.config import Config
from config import ROOT, secret_lines, write_development_env
from tests.server import SERVED, environment

SHOW_ISSUER = "from config import variables; print(variables().get('JWT_ISSUER'))"
COMMAND = """
import flask
from config import variables

app = flask.Flask(__name__)
app.cli.command("issuer")(lambda: print(variables().get("JWT_ISSUER")))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with our ``config.py`` and nothing else."""
    shutil.copy(ROOT / "config.py", tmp_path)
    return tmp_path


@pytest.fixture
def project(checkout: Path) -> Path:
    """The same folder, with the application."""
    for name in SERVED:
        shutil.copy(ROOT / name, checkout)
    (checkout / "app").symlink_to(ROOT / "app")
    return checkout


def python(folder: Path, *arguments: str, **env: str) -> str:
    kept = {"PATH": os.environ["PATH"], **env}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def values(text: str) -> dict[str, str]:
    return {name: value or "" for name, value in dotenv_values(stream=StringIO(text)).items()}


def test_python_config_prints_two_secrets_that_the_app_accepts(checkout: Path) -> None:
    printed = values(python(checkout, "config.py"))
    assert set(printed) == {"JWT_SECRET", "JWT_REFRESH_SECRET"}
    assert Config.from_env(printed).jwt_secret == printed["JWT_SECRET"]
    assert not (checkout / ".env").exists()


def test_secrets_are_different_each_time() -> None:
    printed = [secret for _ in range(20) for secret in values(secret_lines()).values()]
    assert len(set(printed)) == 40
    for access, refresh in zip(printed[::2], printed[1::2], strict=True):
        Config(jwt_secret=access, jwt_refresh_secret=refresh)


def test_init_writes_an_env_file_for_development_that_only_its_owner_can_read(checkout: Path) -> None:
    assert python(checkout, "config.py", "init") == ""
    path = checkout / ".env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    config = Config.from_env(values(path.read_text()))
    assert config.environment == "development"
    assert config.database_url == "sqlite:///flaskport.db"


def test_init_writes_once_and_never_again(checkout: Path) -> None:
    python(checkout, "config.py", "init")
    first = (checkout / ".env").read_bytes()
    python(checkout, "config.py", "init")
    assert (checkout / ".env").read_bytes() == first


def test_an_env_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("MINE=1\n")
    assert write_development_env(path) is False
    assert path.read_text() == "MINE=1\n"


def test_a_careless_umask_does_not_open_the_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert write_development_env(tmp_path / ".env") is True
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_the_app_reads_the_file_that_init_wrote(checkout: Path) -> None:
    python(checkout, "config.py", "init")
    with (checkout / ".env").open("a") as file:
        file.write("JWT_ISSUER=from-the-file\n")
    assert python(checkout, "-c", SHOW_ISSUER) == "from-the-file\n"


def test_the_environment_is_stronger_than_the_file(checkout: Path) -> None:
    python(checkout, "config.py", "init")
    with (checkout / ".env").open("a") as file:
        file.write("JWT_ISSUER=from-the-file\n")
    assert python(checkout, "-c", SHOW_ISSUER, JWT_ISSUER="from-outside") == "from-outside\n"


@pytest.mark.parametrize("command", [("-c", SHOW_ISSUER), ("-m", "flask", "--app", "command", "issuer")])
def test_what_the_tests_start_reads_no_settings_of_the_developer(checkout: Path, command: tuple[str, ...]) -> None:
    (checkout / ".env").write_text("JWT_ISSUER=from-the-file\n")
    (checkout / "command.py").write_text(COMMAND)
    assert python(checkout, *command, **environment("sqlite:///unused.db", {})) == "None\n"


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("CORS_ORIGIN=https://app.example.com", "CORS_ORIGINS"),
        ("JWT_SECERT=x", "JWT_SECRET"),
        ("web_concurrency=4", "WEB_CONCURRENCY"),
        ("LOGLEVEL=DEBUG", "LOG_LEVEL"),
    ],
)
def test_a_name_in_the_file_that_is_nearly_a_setting_is_refused(project: Path, line: str, meant: str) -> None:
    python(project, "config.py", "init")
    with (project / ".env").open("a") as file:
        file.write(f"{line}\n")
    assert refusal(project) == f".env: {line.partition('=')[0]} is no setting. Did you mean {meant}?"


def test_names_of_others_in_the_file_are_left_alone(project: Path) -> None:
    python(project, "config.py", "init")
    with (project / ".env").open("a") as file:
        file.write(
            "PGSSLMODE=require\nMAIL_URL=smtp://mail\nTEST_DATABASE_URL=x\nSOCIAL_GITHUB_KEY=x\nSOCIAL_GITHUB_SECRET=x\nBIN=x\n"
        )
    assert refusal(project) == ""


def test_a_file_that_cannot_be_read_is_said_in_one_line(project: Path) -> None:
    (project / ".env").symlink_to("/proc/self/mem")  # an input/output error, also for root
    assert refusal(project) == f"{project / '.env'} cannot be read by this user: Input/output error."


def test_make_leaves_the_file_to_the_app() -> None:
    """Flask's command line would read it first, and print a traceback where it cannot."""
    rule = 'say: ; @printf "%s" "$$FLASK_SKIP_DOTENV"'
    command = ["make", "--no-print-directory", "-f", str(ROOT / "Makefile"), "--eval", rule, "say"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "1"


def test_a_file_that_is_no_text_is_said_in_one_line(project: Path) -> None:
    (project / ".env").write_bytes(b"JWT_SECRET=\xff\xfe")
    assert refusal(project) == f"{project / '.env'} is not UTF-8 text."


def test_the_file_is_kept_out_of_the_environment_of_what_is_started_later(checkout: Path) -> None:
    python(checkout, "config.py", "init")
    assert python(checkout, "-c", f"{SHOW_ISSUER}; import os; print('JWT_SECRET' in os.environ)") == "None\nFalse\n"


def refusal(folder: Path) -> str:
    """What the settings of this checkout are refused with."""
    code = """
from app.core.settings import from_environment
from config import ConfigError
try:
    from_environment()
except ConfigError as error:
    print(error)
"""
    return python(folder, "-c", code).rstrip("\n")


@pytest.mark.parametrize(("setting", "host"), [("PORT", ""), ("BIND", "127.0.0.1:"), ("BIND", "localhost:")])
def test_a_port_that_somebody_listens_on_is_named_with_the_command_for_another(
    checkout: Path, setting: str, host: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "config.py", "port"],
            cwd=checkout,
            env={"PATH": os.environ["PATH"], setting: f"{host}{port}"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    another = rf"Use another one: {setting}={host}[0-9]+ make run"
    assert re.fullmatch(rf"Port {port} is taken by another program. {another}\n", done.stderr)


@pytest.mark.parametrize("address", [{"BIND": "unix:/run/flaskport.sock"}, {"BIND": "fd://3"}])
def test_a_socket_without_a_port_is_never_taken(checkout: Path, address: dict[str, str]) -> None:
    assert python(checkout, "config.py", "port", **address) == ""


def test_a_port_that_there_is_not_is_never_taken(checkout: Path) -> None:
    """To look an address up takes its last sixteen bits."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1] + 65_536
        assert python(checkout, "config.py", "port", BIND=f"127.0.0.1:{port}") == ""
