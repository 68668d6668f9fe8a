"""Refused authorisation and attempts to get past a check are rows; a flood of them is not."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app import accounts, limits
from app.accounts import CurrentUser
from app.accounts.acting import Actor
from app.core import clock
from app.extensions import db
from app.features.audit import recording, room
from app.guards import PERMISSION_REQUIRED, passport
from app.passport import Success
from tests.client import Browser, Person, browser_of
from tests.features.audit.trail import kinds, only, rows
from tests.trpc.client import rpc_of

FORGED = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"


@pytest.fixture(autouse=True)
def remembers_nothing(app: Flask) -> None:
    """The app is that of the tests before, and their rooms were full."""
    app.extensions[room.FULL_UNTIL].clear()


def test_a_missing_permission_says_who_where_and_what_for(app: Flask, ada: Person) -> None:
    assert ada.browser.patch(f"/api/users/{ada.id}", json={"role": "admin"}).status_code == 403
    row = only(app, "access_refused")
    assert (str(row["user_id"]), row["by"], row["accepted"]) == (ada.id, "owner", False)
    assert row["session_id"] is not None
    assert row["details"] == {
        "code": "permission_required",
        "status": 403,
        "route": "PATCH /api/users/<uuid:user_id>",
        "user_id": ada.id,
    }


def test_of_whoever_acts_for_somebody_both_are_named(app: Flask, ada: Person, person: Callable[..., Person]) -> None:
    admin = person("root@example.com", role="admin")
    with app.test_request_context("/api/users"), app.app_context():
        user = CurrentUser.of(accounts.get(ada.email))
        actor = Actor(uuid.UUID(admin.id), admin.email, uuid.uuid4(), clock.now())
        passport.note(Success(replace(user, actor=actor), "jwt"))
        recording.hear_refusal(PERMISSION_REQUIRED())
    row = only(app, "access_refused")
    assert (str(row["user_id"]), str(row["actor_id"]), row["by"]) == (ada.id, admin.id, "other")


def test_a_refused_procedure_is_named(app: Flask, ada: Person) -> None:
    rpc = rpc_of(app)
    rpc.sign_in(ada.email)
    assert rpc.query("admin.users").status_code == 403
    details = only(app, "access_refused")["details"]
    assert (details["code"], details["route"]) == ("permission_required", "GET /trpc/<rest:path> trpc.admin.users")


@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("PUT", "/ban"), ("DELETE", ""), ("DELETE", "/sessions")])
def test_what_is_tried_upon_somebody_stands_under_their_account(
    app: Flask, ada: Person, person: Callable[..., Person], method: str, path: str
) -> None:
    eve = person("eve@example.com")
    assert eve.browser.open(f"/api/users/{ada.id}{path}", method=method, json={}).status_code == 403
    row = only(app, "access_refused")
    assert (str(row["user_id"]), str(row["actor_id"]), row["by"]) == (ada.id, eve.id, "other")
    told = next(item for item in (ada.browser.get("/api/profile/activity").json or {})["items"] if not item["accepted"])
    assert (told["kind"], told["by"], told["address"], told["client"]) == ("access_refused", "other", None, None)


def test_a_forged_token_is_recorded_and_an_expired_or_missing_one_is_not(app: Flask, ada: Person) -> None:
    stranger = browser_of(app)
    assert stranger.get("/api/profile").status_code == 401
    with time_machine.travel(clock.now() + dt.timedelta(minutes=20), tick=False):
        assert ada.browser.get("/api/profile").status_code == 401
    assert "access_refused" not in kinds(app)
    assert stranger.get("/api/profile", headers={"Authorization": f"Bearer {FORGED}"}).status_code == 401
    row = only(app, "access_refused")
    assert (row["details"]["code"], row["user_id"]) == ("invalid_token", None)
    assert FORGED not in str(row)


@pytest.mark.parametrize(("header", "code"), [(None, "csrf_missing"), ("guessed", "csrf_invalid")])
def test_a_foreign_csrf_value_says_whose_cookie_it_came_with(
    app: Flask, ada: Person, header: str | None, code: str
) -> None:
    headers = {} if header is None else {"X-CSRF-TOKEN": header}
    ada.browser.csrf = False
    assert ada.browser.post("/auth/logout-all", headers=headers).status_code == 403
    row = only(app, "access_refused")
    assert (row["details"]["code"], str(row["user_id"])) == (code, ada.id)


def test_a_foreign_origin_is_recorded(app: Flask, browser: Browser) -> None:
    headers = {"Origin": "https://evil.example"}
    assert browser.post("/auth/login", json={}, headers=headers).status_code == 403
    assert only(app, "access_refused")["details"]["code"] == "origin_not_allowed"


def test_a_refresh_token_that_came_back_is_one_row(app: Flask, ada: Person) -> None:
    old = ada.browser.get_cookie("refresh_token_cookie", path="/auth")
    assert old is not None
    csrf = ada.browser.get_cookie("csrf_refresh_token")
    assert csrf is not None
    assert ada.browser.post("/auth/refresh").status_code == 200
    thief = browser_of(app)
    thief.set_cookie("refresh_token_cookie", old.value, path="/auth")
    with time_machine.travel(clock.now() + dt.timedelta(minutes=5), tick=False):
        assert thief.post("/auth/refresh", headers={"X-CSRF-TOKEN": csrf.value}).status_code == 401
    row = only(app, "refresh_token_reused")
    assert (str(row["user_id"]), row["accepted"]) == (ada.id, False)
    assert "access_refused" not in kinds(app)


@pytest.mark.usefixtures("now")
def test_a_full_limit_is_recorded(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"THROTTLE_PAIR_FREE": "1"})
    browser = browser_of(app)
    codes = [
        browser.post("/auth/login", json={"email": "a@example.com", "password": "wrong"}).status_code for _ in "123"
    ]
    recorded = [row["details"]["code"] for row in rows(app, "sign_in_refused")]
    assert (codes, sorted(recorded)) == ([401, 429, 429], ["invalid_credentials", *["too_many_attempts"] * 2])


def test_a_flood_of_one_network_fills_nothing_and_leaves_others_their_room(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(room.OF_NETWORK, "access", 10)
    bad = {"Authorization": f"Bearer {FORGED}"}
    for _ in range(20):
        assert browser.get("/api/profile", headers=bad).status_code == 401
    assert len(rows(app, "access_refused")) == 5, "half of what an hour holds, at once"
    told = rows(app, "refusals_unrecorded")
    assert [row["details"] for row in told] == [{"class": "access", "of": "network", "code": "invalid_token"}] * 2
    browser.get("/api/profile", headers=bad, environ_overrides={"REMOTE_ADDR": "192.0.2.9"})
    assert rows(app, "access_refused")[-1]["address"] == "192.0.2.9"


def test_while_there_is_no_room_a_flood_asks_the_database_nothing(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(room.OF_NETWORK, "access", 2)
    bad = {"Authorization": f"Bearer {FORGED}"}
    with time_machine.travel(clock.now(), tick=False) as now:
        for _ in range(6):
            browser.get("/api/profile", headers=bad)
        with patch.object(limits, "charge") as asked:
            assert browser.get("/api/profile", headers=bad).status_code == 401
        asked.assert_not_called()
        now.shift(dt.timedelta(hours=1))
        browser.get("/api/profile", headers=bad)
        now.shift(dt.timedelta(seconds=1))
        assert len(rows(app, "refusals_unrecorded")) == 2
        assert len(rows(app, "access_refused")) == 2, "the first, and the one for which there was room again"


@pytest.mark.needs("throttle")
@pytest.mark.usefixtures("now")
def test_while_there_is_no_room_a_refused_sign_in_opens_no_transaction(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(room.OF_NETWORK, "limits", 2)
    wrong = {"email": "ada@example.com", "password": "not her password"}
    while len(rows(app, "refusals_unrecorded")) < 2:
        browser.post("/auth/login", json=wrong)
    browser.post("/auth/login", json=wrong)
    heard: list[str] = []
    with app.app_context(), statements_of(db.engine, heard):
        assert browser.post("/auth/login", json=wrong).status_code == 429
    assert heard == []


@contextmanager
def statements_of(engine: sa.Engine, heard: list[str]) -> Iterator[None]:
    """What is asked in transactions."""

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


def test_all_networks_together_write_so_many_rows_an_hour(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"AUDIT_REFUSED_PER_HOUR": "10"})
    browser, bad = browser_of(app), {"Authorization": f"Bearer {FORGED}"}
    for number in range(12):
        browser.get("/api/profile", headers=bad, environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"})
    assert len(rows(app, "access_refused")) == 5
    assert {row["details"]["of"] for row in rows(app, "refusals_unrecorded")} == {"all"}
    with time_machine.travel(clock.now() + dt.timedelta(hours=1), tick=False):
        browser.get("/api/profile", headers=bad)
    assert len(rows(app, "access_refused")) == 6


def test_where_it_cannot_be_recorded_the_answer_is_no_all_the_same(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.features.audit.recording.in_room", lambda _: 1 / 0)
    answer = browser.get("/api/profile", headers={"Authorization": f"Bearer {FORGED}"})
    assert (answer.status_code, (answer.json or {})["code"]) == (401, "invalid_token")
