"""Where the demo runs, and where it refuses to: it touches nothing but what it has made."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from app.core.settings import settings_of
from config import ROOT
from demo.__main__ import main
from demo.filling import fill
from demo.place import DATABASE, MARK, Refused, made_anew, refuse_in_production, require_own, settings_in
from demo.screenshots import NOW, Scene
from tests import databases


def test_a_database_that_is_not_its_own_stays_as_it_is(database: databases.Database) -> None:
    with pytest.raises(Refused, match="not the demo's own"):
        fill(database.app, NOW)


def test_a_file_of_the_same_name_elsewhere_is_not_its_own_either(tmp_path: Path) -> None:
    app = create_app(replace(databases.SETTINGS, database_url=f"sqlite:///{tmp_path / DATABASE}"))
    with pytest.raises(Refused, match="not the demo's own"):
        fill(app, NOW)
    assert not (tmp_path / DATABASE).exists()


def test_it_refuses_an_app_in_production(demo: Scene) -> None:
    url = settings_of(demo.stage.app).database_url
    app = create_app(replace(databases.SETTINGS, environment="production", database_url=url, variables={}))
    with pytest.raises(Refused, match="in production"):
        require_own(app)


def test_it_fills_nothing_twice(demo: Scene) -> None:
    with pytest.raises(Refused, match="people in this database already"):
        fill(demo.stage.app, NOW)


@pytest.mark.parametrize("written", ["production", '"production"', " production "])
def test_it_refuses_where_the_environment_says_production(written: str) -> None:
    with pytest.raises(Refused, match="APP_ENV is production"):
        refuse_in_production({"APP_ENV": written})


def test_the_command_says_so_and_makes_nothing() -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--port", "1"],
        cwd=ROOT,
        env={**kept, "PYTHON_DOTENV_DISABLED": "1", "APP_ENV": "production"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "demo: APP_ENV is production here: made-up people have no business on such a machine.\n"


def test_twice_in_a_row_begins_with_an_empty_folder_each_time(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    for _ in range(2):
        with made_anew(folder):
            assert {path.name for path in folder.iterdir()} == {MARK, DATABASE}
            assert (folder / DATABASE).read_bytes() == b""
            (folder / DATABASE).write_bytes(b"people")
            (folder / "mails").mkdir()
            (folder / "mails" / "one.eml").write_text("…")


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"mine")
    with pytest.raises(Refused, match="was not made by the demo"), made_anew(tmp_path):
        pass
    assert (tmp_path / DATABASE).read_bytes() == b"mine"


def test_of_two_demos_at_once_the_second_does_not_take_the_firsts_database(tmp_path: Path) -> None:
    with made_anew(tmp_path / "demo"), pytest.raises(Refused, match="runs already"), made_anew(tmp_path / "demo"):
        pass


def test_whoever_was_killed_leaves_the_folder_to_its_server_which_is_named(tmp_path: Path) -> None:
    """Else the next demo would take the database from under a server that goes on."""
    with made_anew(tmp_path / "demo") as mark:
        server = subprocess.Popen(["sleep", "60"], pass_fds=[mark.fileno()])
        mark.write(f"{server.pid}\n")
    with pytest.raises(Refused, match=rf"runs already\. Stop it with Ctrl-C, or: kill {server.pid}$"):
        made_anew(tmp_path / "demo").__enter__()
    server.kill()
    server.wait()
    with made_anew(tmp_path / "demo") as mark:
        assert Path(mark.name).read_text() == ""


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "build").touch()
    with pytest.raises(Refused, match=f"{tmp_path}/build/demo cannot be written: Not a directory"):
        made_anew(tmp_path / "build" / "demo").__enter__()


@pytest.mark.parametrize("port", ["0", "99999", "8000x"])
def test_a_port_that_is_none_is_told_before_anything_is_made(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["demo", "--port", port])
    assert main() == f"demo: PORT is '{port}'; it must be a whole number from 1 to 65535."


def test_its_settings_hold_nothing_of_the_developers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {"DATABASE_URL": "postgresql://db/mine", "JWT_SECRET": "mine", "MAIL_URL": "smtp://mine", "SOCIAL_X": "mine"}
    for name, value in mine.items():
        monkeypatch.setenv(name, value)

    first, second = (settings_in(tmp_path, 8000, {"acme": ("http://127.0.0.1:1/acme", "s")}) for _ in range(2))

    assert not {value for value in first.values() if "mine" in value}
    assert first["PYTHON_DOTENV_DISABLED"] == first["FLASK_SKIP_DOTENV"] == "1"
    assert {name for name in first if first[name] != second[name]} == {"JWT_SECRET", "JWT_REFRESH_SECRET"}
