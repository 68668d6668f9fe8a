"""docs/limits.md: its commands, one after the other."""

from __future__ import annotations

import shlex

import pytest
from flask import Flask

from tests.client import Browser
from tests.docs.snippets import blocks

pytestmark = pytest.mark.needs("throttle")


def test_each_command_does_what_is_said_beside_it(app: Flask, browser: Browser) -> None:
    wrong = {"email": "ada@example.com", "password": "a wrong password"}
    for _ in range(3):
        browser.post("/auth/login", json=wrong, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    def printed(line: str) -> str:
        program, *arguments = shlex.split(line, comments=True)
        assert program == "flask"
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    def counted(line: str) -> dict[str, str]:
        """How many stand beside the name of each limit."""
        rows = [row.split() for row in printed(line).splitlines()]
        return {row[0]: row[1] for row in rows if row and row[0] in {"account", "network", "pair"}}

    everything, account, network, clear = blocks("limits.md", "sh")[0].splitlines()
    assert counted(everything) == {"account": "1", "network": "1", "pair": "1"}
    assert counted(account) == {"account": "3", "pair": "3"}
    assert counted(network) == {"network": "3"}
    assert printed(clear) == "ada@example.com: 2 cleared.\n"
    assert counted(account) == {}
