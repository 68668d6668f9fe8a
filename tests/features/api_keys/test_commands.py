"""``flask keys``: the API keys of somebody's programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask

from app.core import clock, pruning
from app.extensions import db
from app.features.api_keys.models import ApiKey
from tests.callers import Command
from tests.client import Browser, Person

KEYS = {"id", "name", "scopes", "created_at", "expires_at", "last_used_at", "hint"}
CREATE = "keys create ada@example.com --name export"


def status(browser: Browser, text: str, path: str = "/api/profile") -> int:
    return browser.get(path, headers={"Authorization": f"Bearer {text}"}).status_code


@pytest.mark.usefixtures("ada")
def test_create_prints_the_key_alone_so_that_a_script_can_take_it(flask: Command, browser: Browser) -> None:
    result = flask("keys create ADA@example.com", "--name", "nightly export")
    assert result.exit_code == 0
    assert status(browser, result.stdout.rstrip("\n")) == 200
    secret = result.stdout.strip().rpartition("_")[2]
    assert "Name:       nightly export\n" in result.stderr
    assert secret not in result.stderr


@pytest.mark.usefixtures("ada")
def test_create_as_json_shows_the_key_and_what_is_kept_of_it(flask_json: Callable[..., Any], browser: Browser) -> None:
    made = flask_json(CREATE)
    assert set(made) == KEYS | {"key"}
    assert (made["name"], made["scopes"], made["last_used_at"]) == ("export", [], None)
    assert status(browser, made["key"]) == 200


def test_scopes_are_given_one_by_one(flask_json: Callable[..., Any], admin: Person, browser: Browser) -> None:
    made = flask_json(f"keys create {admin.email} --name x --scope users:write --scope users:read")
    assert made["scopes"] == ["users:read", "users:write"]
    assert status(browser, made["key"], "/api/users") == 200


@pytest.mark.usefixtures("ada")
def test_a_key_expires_when_it_was_asked_to(flask_json: Callable[..., Any]) -> None:
    now = clock.now().replace(microsecond=0)
    with time_machine.travel(now, tick=False):
        assert flask_json(CREATE)["expires_at"] == clock.iso(now + dt.timedelta(days=90))
        assert flask_json(f"{CREATE} --days 7")["expires_at"] == clock.iso(now + dt.timedelta(days=7))
        assert flask_json(f"{CREATE} --no-expiry")["expires_at"] is None


@pytest.mark.usefixtures("ada")
def test_list_shows_live_keys_the_latest_first(flask: Command, flask_json: Callable[..., Any]) -> None:
    assert flask("keys list ada@example.com").stdout == "0 in all.\n"
    first = flask_json(f"{CREATE} --no-expiry")
    second = flask_json("keys create ada@example.com --name", "two words")
    gone = flask_json(CREATE)
    flask(f"keys revoke ada@example.com {gone['id']}")
    assert [key["id"] for key in flask_json("keys list ada@example.com")] == [second["id"], first["id"]]
    expires = f"{second['expires_at'][:10]} {second['expires_at'][11:16]}Z"
    headings, *rows, count = flask("keys list ada@example.com").stdout.splitlines()
    assert headings.split() == ["ID", "NAME", "BEGINS", "SCOPES", "EXPIRES", "LAST", "USED"]
    assert [" ".join(row.split()) for row in rows] == [
        f"{second['id']} two words {second['hint']} - {expires} never",
        f"{first['id']} export {first['hint']} - never never",
    ]
    assert {row.index("never", headings.index("LAST")) for row in rows} == {headings.index("LAST")}
    assert count == "2 in all."


@pytest.mark.usefixtures("ada")
def test_list_tells_the_last_use(flask_json: Callable[..., Any], browser: Browser) -> None:
    now = clock.now().replace(microsecond=0)
    key = flask_json(CREATE)["key"]
    with time_machine.travel(now, tick=False):
        assert status(browser, key) == 200
    (shown,) = flask_json("keys list ada@example.com")
    assert shown["last_used_at"] == clock.iso(now)


@pytest.mark.usefixtures("ada")
def test_revoke_ends_one_key_at_once(flask: Command, flask_json: Callable[..., Any], browser: Browser) -> None:
    first, second = flask_json(CREATE), flask_json(CREATE)
    assert flask(f"keys revoke ada@example.com {first['id']}").stdout == f"{first['id']}: revoked.\n"
    assert (status(browser, first["key"]), status(browser, second["key"])) == (401, 200)
    assert flask_json(f"keys revoke ada@example.com {second['id']}") == {"revoked": second["id"]}


def test_a_key_of_somebody_else_and_one_that_was_revoked_are_no_keys_of_theirs(
    flask: Command, flask_json: Callable[..., Any], ada: Person, person: Callable[..., Person]
) -> None:
    person("eve@example.com")
    hers = flask_json(CREATE)
    for key_id in (hers["id"], uuid4()):
        refused = flask(f"keys revoke eve@example.com {key_id}")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr == "not_found: eve@example.com has no such key.\n"
    assert status(ada.browser, hers["key"]) == 200
    flask(f"keys revoke ada@example.com {hers['id']}")
    assert flask(f"keys revoke ada@example.com {hers['id']}").exit_code == 1


@pytest.mark.usefixtures("ada")
def test_what_the_domain_refuses_is_said_and_exits_with_1(flask: Command) -> None:
    beyond = flask(f"{CREATE} --scope users:read")
    assert (beyond.exit_code, beyond.stdout) == (1, "")
    assert "scopes: Not a permission of this role: users:read." in beyond.stderr
    nameless = flask("keys create ada@example.com --name", "")
    assert (nameless.exit_code, nameless.stderr.startswith("validation_failed: ")) == (1, True)
    flask("users disable ada@example.com")
    assert flask(CREATE).stderr == "account_disabled: This account is disabled.\n"


@pytest.mark.parametrize("line", ["list {}", "create {} --name x", f"revoke {{}} {UUID(int=7)}"])
def test_an_unknown_address_is_refused(flask: Command, line: str) -> None:
    refused = flask(f"keys {line.format('nobody@example.com')}")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("not_found: ")


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "line",
    [
        "",
        "list",
        "create ada@example.com",
        "create --name x",
        "create ada@example.com --name x --scope users:fly",
        "create ada@example.com --name x --days 0",
        "create ada@example.com --name x --days 367",
        "create ada@example.com --name x --days 7 --no-expiry",
        "revoke ada@example.com",
        "revoke ada@example.com 12",
    ],
)
def test_wrong_usage_exits_with_2(flask: Command, line: str) -> None:
    wrong = flask(f"keys {line}")
    assert wrong.exit_code == 2
    assert "Usage:" in wrong.stderr


@pytest.mark.usefixtures("ada")
def test_what_ended_long_ago_is_pruned_with_sessions(
    app: Flask, flask: Command, flask_json: Callable[..., Any]
) -> None:
    now = clock.now()
    flask(f"keys revoke ada@example.com {flask_json(CREATE)['id']}")
    flask_json(f"{CREATE} --no-expiry")
    assert flask_json("sessions prune") == {"deleted": 0}
    with time_machine.travel(now + pruning.PRUNE_AFTER + dt.timedelta(minutes=1), tick=False):
        assert flask_json("sessions prune")["deleted"] >= 1
        assert flask("sessions prune").stdout == "0 deleted.\n"
        assert len(flask_json("keys list ada@example.com")) == 1
    with app.app_context():
        assert db.session.query(ApiKey).count() == 1
