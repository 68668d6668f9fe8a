"""Signing keys in the database: several machines, one truth, and nothing in it that a copy of the database tells."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app.core import clock, encryption
from app.core.database import execute_write, read_all, reader
from app.core.events import OPERATOR, on
from app.sessions import key_table
from app.sessions.events import SigningKeyDeleted, SigningKeyMade
from app.sessions.key_files import create, new
from app.sessions.models import SigningKey
from app.sessions.signing import ring
from tests.client import browser_of
from tests.sessions.conftest import ask, signed_in

SECOND = dt.timedelta(seconds=1)
NEW, OLD = (encryption.new_key() for _ in range(2))


@pytest.fixture
def host(make_app: Callable[..., Flask], folder: Path) -> Iterator[Callable[..., Flask]]:
    """``host()``: another machine, on the same database, whose folder of keys nobody else has."""

    def make(keys: str = OLD, **changes: Any) -> Flask:
        own = {"jwt_algorithm": "ES256", "jwt_keys": "database", "jwt_keys_dir": folder, **changes}
        return make_app(variables={"SECRETS_KEYS": keys}, **own)

    yield make
    with make().app_context():
        execute_write(sa.delete(SigningKey))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look is due."""
    monkeypatch.setattr(key_table, "LOOK_SECONDS", 0)
    monkeypatch.setattr(key_table, "UNKNOWN_SECONDS", 0)


def flask(app: Flask, *arguments: str) -> Any:
    done = app.test_cli_runner().invoke(args=["signing-keys", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def published(app: Flask) -> list[str]:
    return [key["kid"] for key in (browser_of(app).get("/.well-known/jwks.json").json or {})["keys"]]


@pytest.mark.usefixtures("at_once")
def test_machines_share_keys_through_the_database_and_rotate_with_nobody_signed_out(
    host: Callable[..., Flask], now: time_machine.Traveller
) -> None:
    one, other = host(), host()
    assert (browser_of(one).get("/readyz").json or {})["code"] == "no_signing_key"
    first = flask(one, "rotate")
    assert (first["state"], published(other)) == ("signs", [first["kid"]])
    assert browser_of(other).get("/readyz").status_code == 200

    token = signed_in(one).access_token
    assert jwt.get_unverified_header(token)["kid"] == first["kid"]
    assert ask(other, token).status_code == 200

    second = flask(other, "rotate")
    assert (second["state"], published(one)) == ("next", [second["kid"], first["kid"]])
    assert jwt.get_unverified_header(signed_in(one).access_token)["kid"] == first["kid"]
    now.shift(10)
    newer = signed_in(one).access_token
    assert jwt.get_unverified_header(newer)["kid"] == second["kid"]
    assert [ask(other, each).status_code for each in (token, newer)] == [200, 200]

    assert flask(one, "retire", first["kid"]) == {"deleted": [first["kid"]]}
    assert [ask(other, each).status_code for each in (token, newer)] == [401, 200]
    assert published(other) == [second["kid"]]
    last = one.test_cli_runner().invoke(args=["signing-keys", "retire", second["kid"]])
    assert (last.exit_code, "No other key signs yet" in last.stderr) == (1, True)


@pytest.mark.usefixtures("at_once")
def test_a_copy_of_the_database_signs_nothing_and_the_keys_that_encrypt_rotate(host: Callable[..., Flask]) -> None:
    made = flask(host(), "rotate")
    with host().app_context(), reader().connect() as connection:
        row = connection.execute(sa.select(SigningKey)).one()
    assert "PRIVATE KEY" not in repr(row)
    both = host(f"{NEW},{OLD}")
    assert both.test_cli_runner().invoke(args=["secrets", "rotate"]).stdout == "1 encrypted anew.\n"
    assert published(host(NEW)) == [made["kid"]]


def test_what_no_key_opens_is_left_aside_and_said_once(
    host: Callable[..., Flask], caplog: pytest.LogCaptureFixture, at_once: None
) -> None:
    del at_once
    made = flask(host(), "rotate")
    app = host(NEW)
    assert (published(app), published(app)) == ([], [])
    assert caplog.text.count(f"no key of SECRETS_KEYS opens the signing key {made['kid']}") == 1


def test_hosts_that_rotate_in_the_same_second_make_keys_that_have_an_order(host: Callable[..., Flask]) -> None:
    apps, since = [host() for _ in range(4)], clock.now()

    def make(app: Flask) -> str:
        with app.app_context():
            return key_table.create("ES256", since).kid

    with ThreadPoolExecutor(4) as pool:
        kids = list(pool.map(make, apps))
    assert len({kid.partition("-")[0] for kid in kids}) == 4


def test_of_hosts_whose_timers_rotate_what_is_old_one_makes_a_key(host: Callable[..., Flask]) -> None:
    apps = [host() for _ in range(4)]
    with apps[0].app_context():
        key_table.keep(new("ES256", clock.now() - dt.timedelta(days=40)))

    def make(app: Flask) -> bool:
        with app.app_context():
            month_ago = clock.now() - dt.timedelta(days=30)
            return key_table.create_unless_newer("ES256", clock.now(), month_ago) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(make, apps)) == [False, False, False, True]
    assert len(flask(apps[0], "list")) == 2
    assert flask(apps[0], "rotate", "--older-than", "30") is None


def test_a_flood_of_invented_ids_is_no_flood_of_questions(
    host: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, asked = host(), 0
    flask(app, "rotate")
    token = signed_in(app).access_token

    def counted(statement: Any, parameters: Any) -> Any:
        nonlocal asked
        asked += 1
        return read_all(statement, parameters)

    monkeypatch.setattr(key_table, "read_all", counted)
    monkeypatch.setattr(key_table, "LOOK_SECONDS", 60)
    monkeypatch.setattr(key_table, "UNKNOWN_SECONDS", 60)
    for number in range(20):
        forged = jwt.encode({"sub": "x"}, "x" * 32, "HS256", headers={"kid": f"{number}"})
        assert ask(app, forged).status_code == 401
        assert ask(app, token).status_code == 200
    assert asked == 0


def test_while_the_database_does_not_answer_the_keys_stay_and_before_it_has_nobody_is_signed_out(
    host: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, at_once: None, caplog: pytest.LogCaptureFixture
) -> None:
    del at_once
    app = host()
    made = flask(app, "rotate")
    assert published(app) == [made["kid"]]

    def broken(*_: object) -> None:
        raise sa.exc.OperationalError("SELECT", None, Exception("gone"))

    monkeypatch.setattr(key_table, "read_all", broken)
    with caplog.at_level(logging.ERROR):
        assert (published(app), published(app)) == ([made["kid"]], [made["kid"]])
    assert caplog.text.count("the signing keys stay as they were") == 1
    assert browser_of(host()).get("/.well-known/jwks.json").status_code == 503


@pytest.mark.usefixtures("at_once")
def test_key_files_are_taken_in_so_that_what_they_signed_stays_good(host: Callable[..., Flask], folder: Path) -> None:
    create(folder, "ES256", clock.now() - dt.timedelta(days=1))
    token = signed_in(host(jwt_keys="folder")).access_token
    app = host()
    with app.app_context():
        assert ring().keys().newest_first == ()
    assert len(flask(app, "import")["imported"]) == 1
    assert flask(app, "import") == {"imported": []}
    assert ask(app, token).status_code == 200


def test_what_is_long_over_is_pruned(host: Callable[..., Flask]) -> None:
    app = host()
    with app.app_context():
        old, signs = (new("ES256", clock.now() - dt.timedelta(days=days)) for days in (40, 30))
        assert key_table.keep(old)
        assert key_table.keep(signs)
    assert flask(app, "prune") == {"deleted": [old.kid]}
    assert [row["kid"] for row in flask(app, "list")] == [signs.kid]


def test_each_key_that_comes_or_goes_is_told(host: Callable[..., Flask]) -> None:
    app = host()
    heard: list[tuple[str, str, object]] = []

    def hear(told: SigningKeyMade | SigningKeyDeleted) -> None:
        heard.append((type(told).__name__, told.kid, told.context.actor))

    on(app, SigningKeyMade, hear)
    on(app, SigningKeyDeleted, hear)
    first, second = (flask(app, "rotate")["kid"] for _ in range(2))
    flask(app, "retire", second)
    assert heard == [
        ("SigningKeyMade", first, OPERATOR),
        ("SigningKeyMade", second, OPERATOR),
        ("SigningKeyDeleted", second, OPERATOR),
    ]
