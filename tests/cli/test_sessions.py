"""``flask sessions``: who is signed in, by e-mail address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app.core import clock, pruning
from app.core.database import execute_write, new_id
from app.core.mail import Queued
from app.limits import BucketRow
from tests.callers import Command
from tests.client import PASSWORD, Browser, Person

KEYS = {"id", "created_at", "last_seen_at", "expires_at", "remember", "user_agent", "address", "by_another"}


@pytest.fixture
def second(app: Flask, ada: Person, new_browser: Callable[[], Browser]) -> Browser:
    """Another browser of hers, the later one. There is nothing beside the sessions that could be pruned."""
    browser = new_browser()
    browser.post(
        "/auth/login",
        json={"email": ada.email, "password": "correct horse battery", "remember": True},
        headers={"User-Agent": "Second/2.0"},
    )
    with app.app_context():
        for table in (Queued, BucketRow):
            execute_write(sa.delete(table))
    return browser


def status(browser: Browser) -> int:
    return browser.get("/api/profile").status_code


@pytest.mark.usefixtures("second")
def test_list_shows_where_somebody_is_signed_in_the_latest_first(
    flask: Command, flask_json: Callable[..., Any]
) -> None:
    later, earlier = flask_json("sessions list ADA@example.com")
    assert set(later) == set(earlier) == KEYS
    assert (later["user_agent"], later["remember"], earlier["remember"]) == ("Second/2.0", True, False)
    assert later["address"] == "127.0.0.1"
    assert later["created_at"] >= earlier["created_at"]
    headings, *rows, count = flask("sessions list ada@example.com").stdout.splitlines()
    assert headings.split() == ["ID", "SIGNED", "IN", "LAST", "SEEN", "FROM", "BROWSER"]
    assert [row.split()[0] for row in rows] == [later["id"], earlier["id"]]
    assert [row[headings.index("FROM") :].split()[0] for row in rows] == ["127.0.0.1", "-"]
    assert rows[0].endswith("Second/2.0")
    assert count == "2 in all."


def test_what_a_browser_calls_itself_cannot_steer_the_terminal(
    flask: Command, ada: Person, new_browser: Callable[[], Browser]
) -> None:
    fields = {"email": ada.email, "password": PASSWORD}
    new_browser().post("/auth/login", json=fields, headers={"User-Agent": "\x9b31mred"})
    assert "\ufffd31mred" in flask("sessions list ada@example.com").stdout


def test_list_shows_no_session_that_has_ended(flask_json: Callable[..., Any], ada: Person) -> None:
    ada.browser.post("/auth/logout")
    assert flask_json("sessions list ada@example.com") == []


def test_revoke_signs_somebody_out_everywhere(flask_json: Callable[..., Any], ada: Person, second: Browser) -> None:
    assert flask_json("sessions revoke ada@example.com") == {"revoked": 2}
    assert (status(ada.browser), status(second)) == (401, 401)
    assert flask_json("sessions revoke ada@example.com") == {"revoked": 0}


def test_revoke_leaves_other_people_alone(flask: Command, ada: Person, person: Callable[..., Person]) -> None:
    eve = person("eve@example.com")
    assert flask("sessions revoke eve@example.com").stdout == "1 ended.\n"
    assert (status(eve.browser), status(ada.browser)) == (401, 200)


def test_revoke_with_an_id_ends_that_session_only(flask_json: Callable[..., Any], ada: Person, second: Browser) -> None:
    later, _earlier = flask_json("sessions list ada@example.com")
    assert flask_json(f"sessions revoke ada@example.com --id {later['id']}") == {"revoked": 1}
    assert (status(second), status(ada.browser)) == (401, 200)


def test_a_session_of_somebody_else_is_no_session_of_theirs(
    flask: Command, flask_json: Callable[..., Any], ada: Person, person: Callable[..., Person]
) -> None:
    person("eve@example.com")
    (hers,) = flask_json("sessions list ada@example.com")
    refused = flask(f"sessions revoke eve@example.com --id {hers['id']}")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "not_found: eve@example.com has no such active session.\n"
    assert status(ada.browser) == 200


@pytest.mark.parametrize("line", ["list", "revoke"])
def test_an_unknown_address_is_refused(flask: Command, line: str) -> None:
    refused = flask(f"sessions {line} nobody@example.com")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("not_found: ")


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("line", ["", "list", "revoke", "revoke ada@example.com --id 12", "prune now", "end"])
def test_wrong_usage_exits_with_2(flask: Command, line: str) -> None:
    wrong = flask(f"sessions {line}")
    assert wrong.exit_code == 2
    assert "Usage:" in wrong.stderr


def test_an_unknown_session_is_refused(flask: Command, ada: Person) -> None:
    for session_id in (uuid4(), new_id()):
        assert flask(f"sessions revoke ada@example.com --id {session_id}").exit_code == 1


def test_prune_deletes_what_ended_long_ago_and_nothing_else(
    flask: Command, flask_json: Callable[..., Any], ada: Person, second: Browser
) -> None:
    second.post("/auth/logout")
    now = clock.now().replace(microsecond=0)
    with time_machine.travel(now + pruning.PRUNE_AFTER - timedelta(minutes=1), tick=False):
        assert flask_json("sessions prune") == {"deleted": 0}
    with time_machine.travel(now + pruning.PRUNE_AFTER + timedelta(minutes=1), tick=False):
        assert flask_json("sessions prune") == {"deleted": 1}
        assert flask("sessions prune").stdout == "0 deleted.\n"
    assert status(ada.browser) == 200
    with time_machine.travel(now + timedelta(days=30) + pruning.PRUNE_AFTER + timedelta(minutes=1), tick=False):
        assert flask_json("sessions prune") == {"deleted": 1}


def test_prune_tells_how_far_it_is_and_the_count_stays_alone_on_stdout(
    flask: Command, ada: Person, second: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.cli.TELL_EVERY", 1)
    for browser in (ada.browser, second):
        browser.post("/auth/logout")
    with time_machine.travel(clock.now() + pruning.PRUNE_AFTER + timedelta(minutes=1), tick=False):
        pruned = flask("sessions prune")
    assert (pruned.stdout, pruned.stderr) == ("2 deleted.\n", "2 sessions deleted so far\n")
