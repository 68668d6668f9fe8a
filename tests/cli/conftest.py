"""The command line of the app."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.client import NEVER_IN_AN_ANSWER

Command = Callable[..., Result]


@pytest.fixture
def flask(app: Flask) -> Command:
    """``flask("users list --json")``: run a command, and check what holds for every one."""
    runner = app.test_cli_runner()

    def run(line: str, *more: str, stdin: str | None = None) -> Result:
        result = runner.invoke(args=[*line.split(), *more], input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        for secret in NEVER_IN_AN_ANSWER:
            assert secret not in result.output
        return result

    return run


@pytest.fixture
def flask_json(flask: Command) -> Callable[..., Any]:
    """The same with ``--json``, which must succeed: what it printed, parsed."""

    def run(line: str, *more: str, stdin: str | None = None) -> Any:
        result = flask(line, *more, "--json", stdin=stdin)
        assert (result.exit_code, result.stderr) == (0, "")
        return json.loads(result.stdout)

    return run
