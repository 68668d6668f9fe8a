"""Fixtures: who comes besides people in browsers: the staff, a program, an operator at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.client import NEVER_IN_AN_ANSWER, Browser, Person

Command = Callable[..., Result]


@pytest.fixture
def sam(person: Callable[..., Person]) -> Person:
    """Somebody on the staff."""
    return person("sam@example.com", "staff")


@pytest.fixture
def admin(person: Callable[..., Person]) -> Person:
    return person("root@example.com", role="admin")


@pytest.fixture
def program(new_browser: Callable[[], Browser]) -> Browser:
    """A client without cookies, and without the headers of browsers."""
    return new_browser()


@pytest.fixture
def domain(app: Flask) -> Callable[..., Any]:
    """``domain(accounts.set_active, "ada@example.com", False)``: what an operator does meanwhile."""

    def call(command: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with app.app_context():
            return command(*args, **kwargs)

    return call


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
