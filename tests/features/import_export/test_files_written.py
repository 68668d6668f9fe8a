"""What a command writes takes the place of a regular file only: no input is lost, and no device."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app import accounts
from tests.features.import_export.importing import lines_of

ROW = '{"id": 1, "email": "ada@example.com"}\n'

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Run:
    """An import of users.jsonl: its exit code, and what it said."""
    (tmp_path / "users.jsonl").write_text(ROW)
    (tmp_path / "more.jsonl").write_text("{}\n")

    def do(*options: str) -> tuple[int, str]:
        command = ["users", "import", "--from", "passport", str(tmp_path / "users.jsonl"), *options]
        done = app.test_cli_runner().invoke(args=command)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stderr

    return do


@pytest.mark.parametrize("option", ["--report", "--ids"])
@pytest.mark.parametrize("name", ["users.jsonl", "./users.jsonl", "hard", "more.jsonl", "soft"])
def test_what_is_read_is_never_written_over(run: Run, tmp_path: Path, option: str, name: str) -> None:
    os.link(tmp_path / "users.jsonl", tmp_path / "hard")
    (tmp_path / "soft").symlink_to("users.jsonl")
    code, said = run("--beside", str(tmp_path / "more.jsonl"), option, f"{tmp_path}/{name}")
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("file_refused: ")
    assert (tmp_path / "users.jsonl").read_text() == (tmp_path / "soft").read_text() == ROW
    assert (tmp_path / "more.jsonl").read_text() == "{}\n"
    assert not (tmp_path / "users.jsonl.report.jsonl").exists()


def test_a_report_is_not_the_list_of_ids(run: Run, tmp_path: Path) -> None:
    for name in ("new", "old"):
        (tmp_path / "old").write_text("older")
        code, said = run("--report", f"{tmp_path}/{name}", "--ids", f"{tmp_path}/./{name}")
        assert (code, said) == (1, f"file_refused: {tmp_path}/{name}: --ids and --report are the same file.\n")
    assert (tmp_path / "old").read_text() == "older"
    assert not (tmp_path / "new").exists()


def test_a_missing_folder_is_said_in_one_sentence(run: Run, app: Flask, tmp_path: Path) -> None:
    said = f"file_refused: {tmp_path}/no/x: there is no folder {tmp_path}/no.\n"
    assert run("--report", f"{tmp_path}/no/x") == (1, said)
    done = app.test_cli_runner().invoke(args=["users", "export", f"{tmp_path}/no/x"])
    assert (done.exit_code, done.stderr) == (1, said)


def test_a_device_is_written_to_and_stays(run: Run, app: Flask) -> None:
    """Whoever runs it as root could take it away."""
    before = os.lstat(os.devnull)
    assert run("--report", os.devnull, "--ids", os.devnull)[0] == 0
    assert app.test_cli_runner().invoke(args=["users", "export", os.devnull]).exit_code == 0
    after = os.lstat(os.devnull)
    assert stat.S_ISCHR(after.st_mode)
    assert (before.st_ino, before.st_ctime_ns) == (after.st_ino, after.st_ctime_ns)


def test_a_link_is_neither_followed_nor_replaced(run: Run, app: Flask, tmp_path: Path) -> None:
    (tmp_path / "target").write_text("of somebody")
    for name in ("target", "dangling"):
        link = tmp_path / f"to-{name}"
        link.symlink_to(tmp_path / name)
        assert run("--report", str(link))[0] == 1
        assert app.test_cli_runner().invoke(args=["users", "export", str(link)]).exit_code == 1
        assert link.is_symlink()
    assert (tmp_path / "target").read_text() == "of somebody"
    assert not (tmp_path / "dangling").exists()


def test_what_can_be_read_once_only_is_no_input(app: Flask, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = app.test_cli_runner().invoke(args=["users", "import", "--from", "django", str(tmp_path / "pipe")])
    assert (done.exit_code, done.stderr.startswith("file_refused: ")) == (1, True)


def test_an_export_goes_to_standard_output(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        accounts.register("ada@example.com", None)
    done = app.test_cli_runner().invoke(args=["users", "export", "-"])
    assert [json.loads(line)["email"] for line in done.stdout.splitlines()] == ["ada@example.com"]
    assert done.stderr == "1 exported to -.\n"
    assert not Path("-").exists()


def test_a_file_that_is_there_is_replaced(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    report.write_text("older")
    assert run("--report", str(report))[0] == 0
    assert lines_of(report) == []
