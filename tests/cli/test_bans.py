"""``flask users ban`` and ``unban``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from tests.callers import Command
from tests.client import Browser, Person
from tests.words import code

NOW = dt.datetime(2126, 5, 1, 12, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("when", "until"),
    [
        ("2126-12-31", "2126-12-31T00:00:00.000Z"),
        ("2126-12-31T12:00+02:00", "2126-12-31T10:00:00.000Z"),
        ("2126-12-31T12:00", "2126-12-31T12:00:00.000Z"),
        ("3d", "2126-05-04T12:30:00.000Z"),
        ("30m", "2126-05-01T13:00:00.000Z"),
        ("12h", "2126-05-02T00:30:00.000Z"),
        ("2w", "2126-05-15T12:30:00.000Z"),
        (None, None),
    ],
)
def test_the_end_is_a_moment_or_a_span(
    flask_json: Callable[..., Any], ada: Person, when: str | None, until: str | None
) -> None:
    more = () if when is None else ("--until", when)
    with time_machine.travel(NOW, tick=False):
        banned = flask_json(f"users ban {ada.email}", "--reason", "Spam.", *more)
    assert (banned["status"], banned["is_active"]) == ("banned", False)
    assert banned["ban"] == {"reason": "Spam.", "since": "2126-05-01T12:30:00.000Z", "until": until}


def test_a_ban_is_shown_listed_and_lifted(flask: Command, ada: Person, new_browser: Callable[[], Browser]) -> None:
    with time_machine.travel(NOW, tick=False):
        shown = flask(f"users ban {ada.email} --until 3d", "--reason", "Spam.").stdout
        assert [line.split(None, 1)[1] for line in shown.splitlines()[4:8]] == [
            "banned",
            "2126-05-01 12:30Z",
            "2126-05-04 12:30Z",
            "Spam.",
        ]
        assert "banned" in flask("users list").stdout
    assert code(ada.browser.get("/api/profile")) == (401, "token_revoked")
    assert "active" in flask(f"users unban {ada.email}").stdout
    assert new_browser().sign_in().status_code == 200


@pytest.mark.parametrize(
    ("more", "exit_code", "told"),
    [
        (["--until", "soon", "--reason", "x"], 2, '"soon" is neither a moment, such as 2030-01-31'),
        (["--until", "9999-12-31", "--reason", "x"], 1, "until: Must be in the future"),
        (["--until", "2020-01-01", "--reason", "x"], 1, "until: Must be in the future"),
        (["--reason", " "], 1, "reason: Say why."),
        ([], 2, "--reason"),
    ],
)
def test_what_makes_no_ban(flask: Command, ada: Person, more: list[str], exit_code: int, told: str) -> None:
    refused = flask(f"users ban {ada.email}", *more)
    assert refused.exit_code == exit_code
    assert told in refused.stderr
    assert ada.browser.get("/api/profile").status_code == 200


@pytest.mark.parametrize("line", ["ban nobody@example.com --reason x", "unban nobody@example.com"])
def test_nobody_is_not_found(flask: Command, line: str) -> None:
    assert flask(f"users {line}").stderr == "not_found: There is no user with the address nobody@example.com.\n"


def test_the_last_admin_is_not_banned(flask: Command, admin: Person) -> None:
    assert flask(f"users ban {admin.email} --reason x").stderr.startswith("last_admin: ")
    assert admin.browser.get("/api/users").status_code == 200
