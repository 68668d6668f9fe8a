"""GET, POST and DELETE /auth/keys: who makes a key, of what, and who sees and revokes it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.core import clock
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.features.api_keys.keys import FIELDS, START, ask_for, listed, make
from tests.words import bearer, code


def test_a_new_key_is_shown_once_and_opens_what_its_owner_may(ada: Person, program: Browser) -> None:
    made = make(ada, name="nightly export")
    assert set(made) == FIELDS | {"key"}
    assert (made["name"], made["scopes"], made["last_used_at"]) == ("nightly export", [], None)
    assert made["key"].startswith(made["hint"].removesuffix("…"))
    answer = program.get("/api/profile", headers=bearer(made["key"]))
    assert (answer.json or {})["email"] == ada.email
    assert answer.headers["X-Auth-State"] == "user"
    assert "Set-Cookie" not in answer.headers
    (shown,) = listed(ada.browser)
    assert set(shown) == FIELDS
    assert shown["id"] == made["id"]
    assert made["key"].rpartition("_")[2] not in ada.browser.get("/auth/keys").text


def test_a_key_expires_after_ninety_days_another_number_of_days_or_never(ada: Person) -> None:
    now = clock.now().replace(microsecond=0)
    with time_machine.travel(now, tick=False):
        assert make(ada)["expires_at"] == clock.iso(now + dt.timedelta(days=90))
        assert make(ada, expires_in_days=1)["expires_at"] == clock.iso(now + dt.timedelta(days=1))
        assert make(ada, expires_in_days=None)["expires_at"] is None


def test_only_a_fresh_session_makes_a_key(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as travelled:
        ada.browser.sign_in()
        travelled.shift(dt.timedelta(minutes=10, seconds=1))
        assert code(ask_for(ada.browser)) == (403, "fresh_required")
        assert listed(ada.browser) == []
        assert ada.browser.post("/auth/confirm", json={"password": PASSWORD}).status_code == 204
        key = make(ada)
        travelled.shift(dt.timedelta(minutes=4))
        assert len(listed(ada.browser)) == 1
        assert ada.browser.delete(f"/auth/keys/{key['id']}").status_code == 204


def test_a_session_of_a_program_makes_one_too(ada: Person, program: Browser) -> None:
    fields = {"grant_type": "password", "email": ada.email, "password": PASSWORD}
    token = (program.post("/auth/token", json=fields).json or {})["access_token"]
    assert program.post("/auth/keys", json={"name": "x"}, headers=bearer(token)).status_code == 201


def test_nobody_and_a_page_without_the_csrf_token_make_none(ada: Person, program: Browser) -> None:
    assert code(ask_for(program)) == (401, "not_authenticated")
    assert program.get("/auth/keys").status_code == 401
    assert program.delete(f"/auth/keys/{ada.id}").status_code == 401
    ada.browser.csrf = False
    assert code(ask_for(ada.browser)) == (403, "csrf_missing")


def test_a_key_manages_neither_keys_nor_sessions_nor_the_account(ada: Person, program: Browser) -> None:
    made = make(ada)
    headers = bearer(made["key"])
    body = {"current_password": PASSWORD, "new_password": "another good password"}
    tried = [
        program.get("/auth/keys", headers=headers),
        program.post("/auth/keys", json={"name": "x"}, headers=headers),
        program.delete(f"/auth/keys/{made['id']}", headers=headers),
        program.get("/auth/sessions", headers=headers),
        program.post("/auth/logout-all", headers=headers),
        program.post("/auth/password", json=body, headers=headers),
        program.post("/auth/confirm", json={"password": PASSWORD}, headers=headers),
        program.delete("/api/profile", json={"password": PASSWORD}, headers=headers),
    ]
    assert [code(answer) for answer in tried] == [(401, "not_authenticated")] * len(tried)
    assert program.get("/auth/session", headers=headers).json == {"user": None}
    assert program.get("/api/profile", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "nul\0"}, "name"),
        ({"name": None}, "name"),
        ({"scopes": ["users:read"]}, "scopes"),
        ({"scopes": ["users:fly"]}, "scopes"),
        ({"scopes": "users:read"}, "scopes"),
        ({"scopes": None}, "scopes"),
        ({"scopes": [None]}, "scopes"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"expires_in_days": 367}, "expires_in_days"),
        ({"expires_in_days": 1.5}, "expires_in_days"),
        ({"expires_in_days": True}, "expires_in_days"),
        ({"expires_in_days": "soon"}, "expires_in_days"),
        ({"user_id": "someone else's"}, "user_id"),
    ],
)
def test_a_wrong_field_is_named(ada: Person, fields: dict[str, Any], wrong: str) -> None:
    refused = ask_for(ada.browser, **fields)
    assert code(refused) == (422, "validation_failed")
    assert list((refused.json or {})["errors"]) == [wrong]
    assert listed(ada.browser) == []


def test_a_name_is_needed(ada: Person) -> None:
    assert "name" in (ada.browser.post("/auth/keys", json={}).json or {})["errors"]


def test_the_list_shows_one_s_own_live_keys_the_latest_first(ada: Person, sam: Person) -> None:
    first, second, third = (make(ada, name=name) for name in ("first", "second", "third"))
    make(sam, name="somebody else's")
    ada.browser.delete(f"/auth/keys/{second['id']}")
    assert [key["name"] for key in listed(ada.browser)] == ["third", "first"]
    assert [key["id"] for key in listed(ada.browser)] == [third["id"], first["id"]]


def test_somebody_else_s_key_and_one_that_never_was_are_not_found(ada: Person, sam: Person, program: Browser) -> None:
    made = make(ada)
    for key_id in (made["id"], ada.id, "not-an-id"):
        assert code(sam.browser.delete(f"/auth/keys/{key_id}")) == (404, "not_found")
    assert program.get("/api/profile", headers=bearer(made["key"])).status_code == 200


def test_keys_are_in_the_openapi_document(app: Flask) -> None:
    document = browser_of(app).get("/openapi.json").json or {}
    assert document["components"]["securitySchemes"]["api_key"]["scheme"] == "bearer"
    assert {"api_key": []} in document["paths"]["/api/profile"]["get"]["security"]
    assert {"api_key": []} not in document["paths"]["/auth/keys"]["post"]["security"]
    assert "key" not in document["components"]["schemas"]["Key"]["properties"]
    assert set(document["components"]["schemas"]["ShownOnce"]["properties"]) == FIELDS | {"key"}
