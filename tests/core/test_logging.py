"""What the logs look like."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from flask import Flask

import logs
from app.core.logging import JsonLines, PlainLines
from app.passport import public
from tests.client import browser_of
from tests.server import ROOT

LOG = logging.getLogger("app.test")


@public
def failing(rest: str) -> str:
    LOG.debug("looking")
    raise KeyError(rest)


def lines_of(app: Flask, capsys: pytest.CaptureFixture[str], path: str) -> list[str]:
    """What the log says about a request that fails."""
    app.add_url_rule("/<rest>", "failing", failing)
    for handler in logging.getLogger("app").handlers:
        if isinstance(handler, logging.StreamHandler) and isinstance(handler.formatter, JsonLines | PlainLines):
            handler.setStream(sys.stderr)
    capsys.readouterr()
    assert browser_of(app).get(path).status_code == 500
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_production_logs_one_json_object_a_line(
    make_app: Callable[..., Flask], capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(environment="production", log_level="DEBUG")
    looking, failed = map(json.loads, lines_of(app, capsys, "/some%0athing"))
    assert (looking["level"], looking["message"], looking["path"]) == ("DEBUG", "looking", "/some%0athing")
    assert "KeyError" in failed["exception"]
    assert failed["request_id"] == looking["request_id"]


def test_a_long_path_is_cut_in_what_is_said_of_a_request_as_well(app: Flask) -> None:
    with app.test_request_context(f"/{'a' * 5_000}?token=SEKRET"):
        assert JsonLines().about()["path"] == f"/{'a' * 999}"
        assert f" /{'a' * 999} " in PlainLines().about()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("level", "debugs"), [("DEBUG", 1), ("INFO", 0)])
def test_development_logs_lines_that_people_read(
    make_app: Callable[..., Flask], capsys: pytest.CaptureFixture[str], level: Literal["DEBUG", "INFO"], debugs: int
) -> None:
    app = make_app(log_level=level)
    lines = lines_of(app, capsys, "/some%0athing%1b")
    one = r"\d\d:\d\d:\d\d {} {}  \[GET /some%0athing%1b [0-9a-f]{{16}}\]"
    assert sum(bool(re.fullmatch(one.format("DEBUG  ", "looking"), line)) for line in lines) == debugs
    assert re.fullmatch(one.format("ERROR  ", "unhandled exception"), lines[debugs])
    assert lines[debugs + 1] == "Traceback (most recent call last):"
    assert lines[-1].startswith("KeyError: ")


def test_what_libraries_python_and_threads_say_has_the_form_of_all_lines() -> None:
    code = """
import logging, logs, threading, warnings
logs.set_up()
logs.set_up()
logging.getLogger("a.library").warning("one")
warnings.warn("two")
thread = threading.Thread(target=lambda: 1 / 0, name="three")
thread.start()
thread.join()
logs.tell_of_start(["four"])
"""
    environment = {"APP_ENV": "production", "PYTHON_DOTENV_DISABLED": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]

    assert [line["logger"] for line in lines] == ["a.library", "py.warnings", "threading", "flaskport"]
    assert [line["level"] for line in lines] == ["WARNING", "WARNING", "ERROR", "WARNING"]
    assert (lines[0]["message"], "two" in lines[1]["message"], lines[3]["message"]) == ("one", True, "four")
    assert "ZeroDivisionError" in lines[2]["exception"]
    assert done.stdout == b""


@pytest.mark.parametrize("client", ['fe80::1%"}', "fe80::1%\n", "fe80::1%eth0", ""])
def test_the_client_is_one_text_whatever_stands_in_it(client: str) -> None:
    environ = {"REMOTE_ADDR": client, "REQUEST_METHOD": "GET"}
    assert json.loads(logs.json_line(environ, "/", 200, 7, 1234, "abc"))["client"] == client


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/x?token=SEKRET", "/x"),
        ("/x#SEKRET", "/x"),
        ("/x#SEK?RET", "/x"),
        ("http://user:SEKRET@host/x", "/x"),
        ("http://user:SEK?RET@host/x", "/"),
        ("http://user:SEKRET@host", "/"),
        ("user:SEKRET@host:443", "host:443"),
        ("*", "*"),
        ("", ""),
    ],
)
def test_of_a_target_only_the_path_is_told(target: str, path: str) -> None:
    assert logs.path_of(target) == path


@pytest.mark.parametrize("path", ['/a"b', "/a\\b", "/" + "a" * 5_000, "/\x1b[2J"])
def test_whatever_a_stranger_asks_for_is_one_line_of_json(path: str) -> None:
    environ = {"REMOTE_ADDR": "192.0.2.7", "REQUEST_METHOD": 'G"ET', logs.NOTES: {"code": 'a"b'}}
    told = logs.json_line(environ, path[: logs.LONGEST_PATH], 500, 7, 1234, "abc")
    line = json.loads(told)

    assert "\n" not in told
    assert len(told) < 4096  # a pipe takes it in one piece
    assert (line["path"], line["method"], line["code"]) == (path[: logs.LONGEST_PATH], 'G"ET', 'a"b')
    assert (line["level"], line["duration_ms"], line["bytes"]) == ("ERROR", 1.234, 7)
    assert abs(datetime.fromisoformat(line["time"]) - datetime.now(UTC)) < timedelta(minutes=1)
