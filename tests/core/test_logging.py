"""What the logs look like."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable
from typing import Literal

import pytest
from flask import Flask

from app.core.logging import JsonLines, PlainLines
from app.passport import public
from tests.client import browser_of

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
    assert (looking["level"], looking["message"], looking["path"]) == ("DEBUG", "looking", "/some\nthing")
    assert "KeyError" in failed["exception"]
    assert failed["request_id"] == looking["request_id"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("level", "debugs"), [("DEBUG", 1), ("INFO", 0)])
def test_development_logs_lines_that_people_read(
    make_app: Callable[..., Flask], capsys: pytest.CaptureFixture[str], level: Literal["DEBUG", "INFO"], debugs: int
) -> None:
    app = make_app(log_level=level)
    lines = lines_of(app, capsys, "/some%0athing%1b")
    one = r"\d\d:\d\d:\d\d {} {}  \[GET /some\\nthing\\x1b [0-9a-f]{{16}}\]"
    assert sum(bool(re.fullmatch(one.format("DEBUG  ", "looking"), line)) for line in lines) == debugs
    assert re.fullmatch(one.format("ERROR  ", "unhandled exception"), lines[debugs])
    assert lines[debugs + 1] == "Traceback (most recent call last):"
    assert lines[-1].startswith("KeyError: ")
