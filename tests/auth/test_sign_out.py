"""POST /auth/logout and /auth/logout-all, GET and DELETE /auth/sessions, GET /auth/session."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from tests.client import Browser, Person

START = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


def test_signing_out_clears_the_cookies_and_ends_the_session(ada: Person) -> None:
    access, refresh = ada.browser.access_token, ada.browser.refresh_token

    response = ada.browser.post("/auth/logout")

    assert response.status_code == 204
    assert ada.browser.access_token == ada.browser.refresh_token == ""
    assert all("Max-Age=0" in cookie for cookie in response.headers.getlist("Set-Cookie"))
    again = ada.browser.get("/api/profile", headers={"Authorization": f"Bearer {access}"})
    assert (again.json or {})["code"] == "token_revoked"
    csrf = {"X-CSRF-TOKEN": ada.browser.cookie("csrf_access_token") or "x"}
    ada.browser.set_cookie("refresh_token_cookie", refresh, path="/auth")
    assert ada.browser.post("/auth/refresh", headers=csrf).status_code in {401, 403}


def test_signing_out_twice_or_without_a_session_is_fine(browser: Browser) -> None:
    assert browser.post("/auth/logout").status_code == 204
    assert browser.post("/auth/logout").status_code == 204


def test_signing_out_works_with_an_expired_access_token(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        csrf, refresh = ada.browser.cookie("csrf_refresh_token") or "", ada.browser.refresh_token
        clock.shift(3600)

        assert ada.browser.post("/auth/logout").status_code == 204

        ada.browser.set_cookie("refresh_token_cookie", refresh, path="/auth")
        answer = ada.browser.post("/auth/refresh", headers={"X-CSRF-TOKEN": csrf})
        assert (answer.json or {})["code"] == "token_revoked"


def test_signing_out_works_with_the_refresh_cookie_alone(ada: Person) -> None:
    csrf = ada.browser.cookie("csrf_refresh_token") or ""
    ada.browser.delete_cookie("access_token_cookie")
    access = ada.browser.access_token

    assert access == ""
    assert ada.browser.post("/auth/logout", headers={"X-CSRF-TOKEN": csrf}).status_code == 204
    assert ada.browser.refresh_token == ""


def test_another_page_cannot_sign_somebody_out(ada: Person) -> None:
    ada.browser.csrf = False

    response = ada.browser.post("/auth/logout")

    assert response.status_code == 403
    assert (response.json or {})["code"] == "csrf_missing"
    assert ada.browser.get("/api/profile").status_code == 200


def test_a_program_signs_out_with_its_bearer_token(ada: Person, browser: Browser) -> None:
    bearer = {"Authorization": f"Bearer {ada.browser.access_token}"}

    assert browser.post("/auth/logout", headers=bearer).status_code == 204
    assert browser.get("/api/profile", headers=bearer).status_code == 401


def test_a_bearer_token_does_not_hide_the_cookies_session(ada: Person, new_browser: Callable[[], Browser]) -> None:
    phone = new_browser()
    phone.sign_in()
    bearer = {"Authorization": f"Bearer {phone.access_token}"}
    saved = {"Authorization": f"Bearer {ada.browser.access_token}"}

    assert ada.browser.post("/auth/logout", headers=bearer).status_code == 204

    assert ada.browser.access_token == ""
    assert phone.get("/api/profile").status_code == 401
    assert new_browser().get("/api/profile", headers=saved).status_code == 401


def test_a_device_that_has_been_idle_too_long_is_no_longer_listed(
    ada: Person, new_browser: Callable[[], Browser]
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        clock.shift(dt.timedelta(days=7, seconds=1))
        phone = new_browser()
        phone.sign_in()

        devices = (phone.get("/auth/sessions").json or {})["items"]

    assert [device["current"] for device in devices if device["created_at"] < "2026-06"] == [True]


def test_signing_out_everywhere_ends_every_device(ada: Person, new_browser: Callable[[], Browser]) -> None:
    phone = new_browser()
    phone.sign_in()

    assert ada.browser.post("/auth/logout-all").status_code == 204
    assert ada.browser.access_token == ""
    assert (phone.get("/api/profile").json or {})["code"] == "token_revoked"


def test_all_other_sessions_can_be_ended_and_this_one_kept(ada: Person, new_browser: Callable[[], Browser]) -> None:
    phone = new_browser()
    phone.sign_in()

    for wrong in ({"keep_current": "yes"}, {"keep_current": None}, {"keep": True}):
        assert ada.browser.post("/auth/logout-all", json=wrong).status_code == 422
    kept = ada.browser.post("/auth/logout-all", json={"keep_current": True})

    assert kept.status_code == 204
    assert "Set-Cookie" not in kept.headers
    assert (phone.get("/api/profile").json or {})["code"] == "token_revoked"
    assert (phone.post("/auth/refresh").json or {})["code"] == "token_revoked"
    assert ada.browser.post("/auth/refresh").status_code == 200
    assert ada.browser.post("/auth/logout-all", json={"keep_current": False}).status_code == 204
    assert ada.browser.access_token == ""


def pages_of(browser: Browser, path: str, limit: int) -> list[list[dict[str, Any]]]:
    """The pages of a list, each of this length."""
    pages: list[list[dict[str, Any]]] = []
    cursor = ""
    while len(pages) < 20:
        page = browser.get(f"{path}?limit={limit}{cursor}").json or {}
        pages.append(page["items"])
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    return pages


def test_sessions_come_in_pages_the_last_seen_first(
    ada: Person, admin: Person, new_browser: Callable[[], Browser]
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        browsers = [new_browser() for _ in range(5)]
        for browser in browsers:
            browser.sign_in(ada.email)  # all seen at one moment
        clock.shift(60)
        browsers[1].post("/auth/refresh")
        expected = [browsers[number] for number in (1, 4, 3, 2, 0)]
        ids = [(browser.get("/auth/session").json or {})["session"]["id"] for browser in expected]
        ada.browser.post("/auth/logout")
        admin.browser.sign_in(admin.email)
        for path in ("/auth/sessions", f"/api/users/{ada.id}/sessions"):
            who = browsers[0] if path.startswith("/auth") else admin.browser
            pages = pages_of(who, path, 2)
            assert [[session["id"] for session in page] for page in pages] == [ids[:2], ids[2:4], ids[4:]]
            assert len(pages_of(who, path, 5)) == 1


def test_a_cursor_is_of_ones_own_list_and_may_have_ended(
    ada: Person, admin: Person, new_browser: Callable[[], Browser]
) -> None:
    phone = new_browser()
    phone.sign_in(ada.email)
    first = phone.get("/auth/sessions?limit=1").json or {}
    phone.post("/auth/logout")
    rest = ada.browser.get(f"/auth/sessions?cursor={first['next_cursor']}").json or {}
    assert [session["current"] for session in rest["items"]] == [True]
    theirs = (admin.browser.get("/auth/session").json or {})["session"]["id"]
    for cursor in (theirs, uuid.uuid4()):
        assert ada.browser.get(f"/auth/sessions?cursor={cursor}").json == {"items": [], "next_cursor": None}
    for wrong in ("cursor=x", "limit=0", "limit=101", "limit=x"):
        assert ada.browser.get(f"/auth/sessions?{wrong}").status_code == 422


def test_devices_are_listed_with_the_current_one_marked(ada: Person, new_browser: Callable[[], Browser]) -> None:
    phone = new_browser()
    phone.post(
        "/auth/login",
        json={"email": ada.email, "password": "correct horse battery"},
        headers={"User-Agent": "Phone \x7f" + "x" * 400},
    )

    devices = (ada.browser.get("/auth/sessions").json or {})["items"]

    assert [device["current"] for device in devices] == [False, True]
    assert devices[0]["user_agent"].startswith("Phone x")
    assert len(devices[0]["user_agent"]) == 300
    assert devices[0]["address"] == "127.0.0.1"


def test_one_device_can_be_signed_out_from_another(ada: Person, new_browser: Callable[[], Browser]) -> None:
    phone = new_browser()
    phone.sign_in()
    device = (phone.get("/auth/session").json or {})["session"]["id"]

    assert ada.browser.delete(f"/auth/sessions/{device}").status_code == 204
    assert phone.get("/api/profile").status_code == 401
    assert ada.browser.get("/api/profile").status_code == 200
    assert ada.browser.delete(f"/auth/sessions/{device}").status_code == 404


def test_ending_the_current_session_clears_its_cookies(ada: Person) -> None:
    device = (ada.browser.get("/auth/session").json or {})["session"]["id"]

    assert ada.browser.delete(f"/auth/sessions/{device}").status_code == 204
    assert ada.browser.access_token == ""


@pytest.mark.parametrize("whose", ["someone else's", "nobody's", "no id"])
def test_a_session_that_is_not_yours_is_not_found(ada: Person, admin: Person, whose: str) -> None:
    theirs = (admin.browser.get("/auth/session").json or {})["session"]["id"]
    target = {"someone else's": theirs, "nobody's": uuid.uuid4(), "no id": "1"}[whose]

    response = ada.browser.delete(f"/auth/sessions/{target}")

    assert response.status_code == 404
    assert admin.browser.get("/api/profile").status_code == 200


def test_who_is_signed_in_is_always_answered(ada: Person, browser: Browser) -> None:
    nobody = browser.get("/auth/session")
    assert nobody.status_code == 200
    assert nobody.json == {"user": None}
    assert nobody.headers["X-Auth-State"] == "anonymous"

    somebody = ada.browser.get("/auth/session")
    assert somebody.json is not None
    assert somebody.json["user"]["id"] == ada.id
    assert 890 <= somebody.json["expires_in"] <= 900
    times = {"created_at", "authenticated_at", "expires_at", "assured_at"}
    assert set(somebody.json["session"]) == {"id", "remember", "methods", *times}
    assert somebody.headers["X-Auth-State"] == "user"


def test_who_is_signed_in_says_when_a_refresh_is_due(ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada.browser.sign_in()
        clock.shift(3600)

        answer = ada.browser.get("/auth/session")

    assert answer.json == {"user": None}
    assert answer.headers["X-Auth-State"] == "expired"
