"""Who reads the trail: all of it whoever has audit:read, and of their own account everybody."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core import clock
from tests.client import Browser, Person, browser_of
from tests.features.audit.trail import rows
from tests.trpc.client import data, rpc_of

AUDIT, OWN = "/api/audit", "/api/profile/activity"


@pytest.fixture
def admin(person: Callable[..., Person]) -> Person:
    return person("root@example.com", role="admin")


def items(browser: Browser, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = browser.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return list((answer.json or {})["items"])


def every_page(browser: Browser, path: str, **query: Any) -> list[str]:
    found, cursor = [], None
    while True:
        answer = browser.get(path, query_string={**query, **({"cursor": cursor} if cursor else {})}).json or {}
        found += [item["id"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            return found


@pytest.mark.parametrize(("role", "status"), [("user", 403), ("staff", 403), ("admin", 200)])
def test_the_trail_is_for_those_who_may(person: Callable[..., Person], role: str, status: int) -> None:
    assert person("eve@example.com", role=role).browser.get(AUDIT).status_code == status


def test_strangers_read_nothing(browser: Browser) -> None:
    assert [browser.get(path).status_code for path in (AUDIT, OWN)] == [401, 401]


def test_pages_come_to_all_rows_each_once_the_newest_first(app: Flask, ada: Person, admin: Person) -> None:
    for number in range(7):
        ada.browser.patch("/api/profile", json={"name": f"Ada {number}"})
    ids = [str(row["id"]) for row in rows(app)]
    assert every_page(admin.browser, AUDIT, limit=3) == ids[::-1]


def test_filters(app: Flask, ada: Person, admin: Person, browser: Browser) -> None:
    browser.post("/auth/login", json={"email": ada.email, "password": "wrong"})
    changed = admin.browser.patch(f"/api/users/{ada.id}", json={"role": "staff"})
    later = clock.iso(clock.now() + dt.timedelta(seconds=1))
    session = (admin.browser.get("/auth/session").json or {})["session"]["id"]
    everything = rows(app)
    for query, kinds in (
        ({"user": ada.id}, ["role_changed", "sign_in_refused", "sign_in_accepted", "registered"]),
        ({"user": ada.id, "accepted": "false"}, ["sign_in_refused"]),
        ({"actor": admin.id, "kind": "role_changed"}, ["role_changed"]),
        ({"session": session, "accepted": "true"}, ["role_changed", "sign_in_accepted"]),
        ({"request": changed.headers["X-Request-ID"]}, ["role_changed"]),
        ({"since": later}, []),
        ({"until": everything[2]["at"].isoformat()}, ["sign_in_accepted", "registered"]),
        ({"since": everything[-1]["at"].isoformat()}, ["role_changed"]),
    ):
        assert [item["kind"] for item in items(admin.browser, AUDIT, **query)] == kinds, query


@pytest.mark.parametrize("query", [{"user": "x"}, {"since": "yesterday"}, {"accepted": "maybe"}, {"limit": 101}])
def test_bad_filters_are_refused(admin: Person, query: dict[str, Any]) -> None:
    assert admin.browser.get(AUDIT, query_string=query).status_code == 422


def test_people_read_their_own_and_not_from_where_others_work(ada: Person, admin: Person, browser: Browser) -> None:
    browser.post("/auth/login", json={"email": ada.email, "password": "wrong"})
    admin.browser.patch(f"/api/users/{ada.id}", json={"role": "staff"})
    changed, refused, *_ = items(ada.browser, OWN)
    assert (changed["kind"], changed["by"], changed["address"], changed["client"]) == (
        "role_changed",
        "other",
        None,
        None,
    )
    assert changed["details"] == {"before": "user", "after": "staff"}
    assert (refused["kind"], refused["accepted"], refused["address"]) == ("sign_in_refused", False, "127.0.0.1")
    assert "actor_id" not in changed
    assert {item["kind"] for item in items(admin.browser, OWN)} == {"registered", "sign_in_accepted"}


def test_the_procedures_answer_the_same(app: Flask, ada: Person, admin: Person) -> None:
    rpc = rpc_of(app)
    rpc.sign_in(admin.email)
    assert data(rpc.query("audit.list", {"user": ada.id}))["items"] == items(admin.browser, AUDIT, user=ada.id)
    assert data(rpc.query("audit.own"))["items"] == items(admin.browser, OWN)


def test_commands_list_and_export(app: Flask, ada: Person) -> None:
    run = app.test_cli_runner().invoke
    ada.browser.patch("/api/profile", json={"name": "Countess"})
    listed = run(args=["audit", "list", "--user", ada.email])
    assert "renamed" in listed.stdout
    assert "3 in all." in listed.stdout
    (only,) = json.loads(run(args=["audit", "list", "--user", ada.id, "--kind", "renamed", "--json"]).stdout)
    lines = [json.loads(line) for line in run(args=["audit", "export"]).stdout.splitlines()]
    assert [line["kind"] for line in lines] == ["registered", "sign_in_accepted", "renamed"]
    assert lines[-1] == only
    after = run(args=["audit", "export", "--after", lines[0]["id"], "--limit", "1"]).stdout
    assert json.loads(after) == lines[1]
    assert run(args=["audit", "list", "--since", "2999-01-01", "--json"]).stdout == "[]\n"
    assert run(args=["audit", "list", "--since", "soon"]).exit_code == 2
    assert run(args=["audit", "list", "--user", "nobody@example.com"]).exit_code == 1
    assert run(args=["audit", "list", "--user", "nonsense"]).exit_code == 1


@pytest.mark.needs("api_keys")
def test_an_api_key_of_that_scope_reads_it(app: Flask, admin: Person) -> None:
    made = admin.browser.post("/auth/keys", json={"name": "siem", "scopes": ["audit:read"]}).json or {}
    answer = browser_of(app).get(AUDIT, headers={"Authorization": f"Bearer {made['key']}"})
    assert answer.status_code == 200
