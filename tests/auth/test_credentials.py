"""POST /auth/password, /auth/confirm and /auth/token."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from tests.client import PASSWORD, Browser, Person

START = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
NEW = "another fine password"
ACCENTED = "correct horse batt\u00e9ry"
CHANGE = {"current_password": PASSWORD, "new_password": NEW}


def get_token(browser: Browser, **fields: Any) -> dict[str, Any]:
    fields = fields or {"grant_type": "password", "email": "ada@example.com", "password": PASSWORD}
    response = browser.post("/auth/token", json=fields)
    assert response.status_code == 200, response.text
    return dict(response.json or {})


def test_a_changed_password_ends_all_other_sessions_and_renews_this_one(
    ada: Person, new_browser: Callable[[], Browser]
) -> None:
    phone = new_browser()
    phone.sign_in()
    stolen = ada.browser.access_token

    assert ada.browser.post("/auth/password", json=CHANGE).status_code == 204

    assert ada.browser.get("/api/profile").status_code == 200
    assert ada.browser.post("/auth/refresh").status_code == 200
    assert (phone.get("/api/profile").json or {})["code"] == "token_revoked"
    thief = new_browser().get("/api/profile", headers={"Authorization": f"Bearer {stolen}"})
    assert (thief.json or {})["code"] == "token_revoked"
    assert new_browser().post("/auth/login", json={"email": ada.email, "password": PASSWORD}).status_code == 401
    assert new_browser().post("/auth/login", json={"email": ada.email, "password": NEW}).status_code == 200


def test_a_renewed_session_is_remembered_as_before(ada: Person) -> None:
    ada.browser.sign_in(remember=True)

    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        cookies = ada.browser.post("/auth/password", json=CHANGE).headers.getlist("Set-Cookie")

    assert len(cookies) == 4
    assert all("Max-Age=604800;" in cookie for cookie in cookies)


def test_a_wrong_current_password_changes_nothing_and_does_not_sign_out(ada: Person) -> None:
    response = ada.browser.post("/auth/password", json={**CHANGE, "current_password": "not my password"})

    assert response.status_code == 403
    assert (response.json or {})["code"] == "wrong_password"
    assert ada.browser.get("/api/profile").status_code == 200


def test_a_new_password_has_to_be_acceptable(ada: Person) -> None:
    response = ada.browser.post("/auth/password", json={**CHANGE, "new_password": "short"})

    assert response.status_code == 422
    assert list((response.json or {})["errors"]) == ["new_password"]


def test_confirming_makes_a_session_fresh_again(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        clock.shift(dt.timedelta(minutes=11))
        closing = {"json": {"password": PASSWORD}}
        refused = ada.browser.delete("/api/profile", **closing)
        assert refused.status_code == 403
        assert (refused.json or {})["code"] == "fresh_required"

        assert ada.browser.post("/auth/confirm", json={"password": "wrong password"}).status_code == 403
        assert ada.browser.delete("/api/profile", **closing).status_code == 403
        assert ada.browser.post("/auth/confirm", json={"password": PASSWORD}).status_code == 204
        assert ada.browser.delete("/api/profile", **closing).status_code == 202


@pytest.mark.parametrize("new", [ACCENTED, unicodedata.normalize("NFD", ACCENTED)])
def test_a_new_password_that_is_the_old_one_is_refused_by_field(browser: Browser, new: str) -> None:
    fields = {"email": "ada@example.com", "password": ACCENTED}
    assert browser.post("/auth/register", json=fields).status_code == 201
    assert browser.post("/auth/login", json=fields).status_code == 200

    wrong = browser.post("/auth/password", json={"current_password": f"{ACCENTED}!", "new_password": f"{ACCENTED}!"})
    assert (wrong.status_code, (wrong.json or {})["code"]) == (403, "wrong_password")
    same = browser.post("/auth/password", json={"current_password": ACCENTED, "new_password": new})
    assert (same.status_code, (same.json or {})["code"]) == (422, "validation_failed")
    assert (same.json or {})["errors"] == {"new_password": ["This is your password already."]}
    assert browser.get("/api/profile").status_code == 200


def test_a_program_gets_tokens_in_the_body_and_no_cookies(ada: Person, browser: Browser) -> None:
    del ada
    answer = browser.post(
        "/auth/token", json={"grant_type": "password", "email": "ada@example.com", "password": PASSWORD}
    )

    body = answer.json or {}
    assert set(body) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 900
    assert "Set-Cookie" not in answer.headers
    for scheme in ("Bearer", "bearer", "BEARER"):
        bearer = {"Authorization": f"{scheme} {body['access_token']}"}
        assert browser.get("/api/profile", headers=bearer).status_code == 200
        assert browser.patch("/api/profile", json={"name": "Ada"}, headers=bearer).status_code == 200


def test_a_program_refreshes_and_the_old_token_leads_to_the_same_successor(ada: Person, browser: Browser) -> None:
    del ada
    first = get_token(browser)

    second = get_token(browser, grant_type="refresh_token", refresh_token=first["refresh_token"])
    again = get_token(browser, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert second["refresh_token"] == again["refresh_token"] != first["refresh_token"]


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-origin"}]
)
def test_a_browser_is_refused_tokens_in_the_body(ada: Person, browser: Browser, headers: dict[str, str]) -> None:
    fields = {"grant_type": "password", "email": ada.email, "password": PASSWORD}

    response = browser.post("/auth/token", json=fields, headers=headers)

    assert response.status_code == 403
    assert (response.json or {})["code"] == "browser_must_use_cookies"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "grant_type"),
        ({"grant_type": "client_credentials"}, "grant_type"),
        ({"grant_type": "password", "email": "ada@example.com"}, "password"),
        ({"grant_type": "refresh_token"}, "refresh_token"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "password": "y"}, "password"),
    ],
)
def test_a_token_request_names_what_is_wrong(browser: Browser, fields: dict[str, Any], wrong: str) -> None:
    response = browser.post("/auth/token", json=fields)

    assert response.status_code == 422
    assert wrong in (response.json or {})["errors"]


def test_a_field_of_the_other_grant_is_said_to_be_one(browser: Browser) -> None:
    fields = {"grant_type": "refresh_token", "refresh_token": "x", "password": "y"}
    errors = (browser.post("/auth/token", json=fields).json or {})["errors"]
    assert errors == {"password": ["Does not belong to this grant."]}


def test_a_token_request_with_a_wrong_password_is_refused_like_a_login(ada: Person, browser: Browser) -> None:
    del ada
    fields = {"grant_type": "password", "email": "ada@example.com", "password": "wrong password"}

    response = browser.post("/auth/token", json=fields)

    assert response.status_code == 401
    assert (response.json or {})["code"] == "invalid_credentials"


def test_a_program_that_changes_the_password_keeps_its_session(ada: Person, browser: Browser) -> None:
    bearer = {"Authorization": f"Bearer {get_token(browser)['access_token']}"}

    assert browser.post("/auth/password", json=CHANGE, headers=bearer).status_code == 204
    assert browser.get("/api/profile", headers=bearer).status_code == 200
    assert ada.browser.get("/api/profile").status_code == 401


def test_the_ways_to_confirm_are_told_and_one_that_there_is_not_is_refused(ada: Person) -> None:
    told = (ada.browser.get("/auth/confirm").json or {})["methods"]
    assert told[0] == "password"
    assert not {"passkey", "totp", "recovery_code"} & set(told), "ada has none of these"
    for sent, wrong in (({"method": "horoscope"}, "method"), ({}, "password")):
        answer = ada.browser.post("/auth/confirm", json=sent)
        assert (answer.status_code, list((answer.json or {})["errors"])) == (422, [wrong])
