"""POST /auth/login: what it sets, what it never tells, what it replaces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from tests.client import PASSWORD, Browser, Person, browser_of

REFUSED = b'{"code":"invalid_credentials","message":"Invalid credentials","request_id":"%s"}\n'


def session_cookies(answer: TestResponse) -> list[str]:
    """Those of the session, and not what a feature sets besides."""
    return [cookie for cookie in answer.headers.getlist("Set-Cookie") if "token" in cookie.partition("=")[0]]


def test_signing_in_answers_the_user_and_no_token(browser: Browser) -> None:
    registered = browser.register()

    response = browser.sign_in("ADA@example.com")

    assert response.json == {"user": registered, "expires_in": 900}
    assert browser.access_token
    assert browser.access_token not in response.text


def test_without_remember_the_cookies_end_with_the_browser(browser: Browser) -> None:
    browser.register()

    cookies = session_cookies(browser.sign_in())

    assert len(cookies) == 4
    assert not any("Max-Age" in cookie or "Expires" in cookie for cookie in cookies)


def test_with_remember_the_cookies_live_as_long_as_the_refresh_token(browser: Browser) -> None:
    browser.register()

    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        cookies = session_cookies(browser.sign_in(remember=True))

    assert len(cookies) == 4
    assert all("Max-Age=604800;" in cookie for cookie in cookies)


def test_tokens_are_out_of_reach_of_scripts_and_csrf_values_are_not(browser: Browser) -> None:
    browser.register()

    by_name = {cookie.split("=")[0]: cookie for cookie in session_cookies(browser.sign_in())}

    for name in ("access_token_cookie", "refresh_token_cookie"):
        assert "; HttpOnly" in by_name[name]
    for name in ("csrf_access_token", "csrf_refresh_token"):
        assert "HttpOnly" not in by_name[name]
    assert all("; SameSite=Lax" in cookie for cookie in by_name.values())
    # Without a path of its own, so that browsers take the directory of the address that they asked.
    assert "; Path=" not in by_name["refresh_token_cookie"]
    assert browser.get_cookie("refresh_token_cookie", path="/auth") is not None


def test_in_production_cookies_are_secure_and_prefixed(make_app: Callable[..., Flask]) -> None:
    browser = browser_of(make_app(environment="production"))
    browser.register()

    cookies = session_cookies(browser.sign_in())

    assert sorted(cookie.split("=")[0] for cookie in cookies) == [
        "__Host-access_token_cookie",
        "__Host-csrf_access_token",
        "__Host-csrf_refresh_token",
        "__Secure-refresh_token_cookie",
    ]
    assert all("; Secure" in cookie and "Domain" not in cookie for cookie in cookies)
    assert all("; Path=/;" in cookie for cookie in cookies if cookie.startswith("__Host-"))


@pytest.mark.parametrize("case", ["unknown", "wrong password", "disabled", "no password", "not an address"])
def test_every_refusal_is_the_same_bytes(browser: Browser, app: Flask, case: str) -> None:
    email, password = "ada@example.com", PASSWORD
    with app.app_context():
        user = accounts.register(email, None if case == "no password" else PASSWORD)
        if case == "disabled":
            accounts.set_active(user, False)
    if case == "unknown":
        email = "nobody@example.com"
    if case == "wrong password":
        password = "incorrect horse battery"
    if case == "not an address":
        email = "ada"

    response = browser.post("/auth/login", json={"email": email, "password": password})

    assert response.status_code == 401
    assert response.data == REFUSED % response.headers["X-Request-ID"].encode()
    assert "Set-Cookie" not in response.headers


def test_a_wrong_shape_is_told_apart_from_a_wrong_password(browser: Browser) -> None:
    response = browser.post("/auth/login", json={"email": "ada@example.com"})

    assert response.status_code == 422
    assert response.json is not None
    assert response.json["errors"] == {"password": ["Missing data for required field."]}


def test_signing_in_again_ends_the_session_that_it_replaces(ada: Person) -> None:
    old = ada.browser.access_token

    ada.browser.sign_in()

    assert ada.browser.get("/api/profile").status_code == 200
    stale = ada.browser.application.test_client()
    answer = stale.get("/api/profile", headers={"Authorization": f"Bearer {old}"})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "token_revoked"


def test_signing_in_elsewhere_leaves_other_devices_alone(ada: Person, new_browser: Callable[[], Browser]) -> None:
    new_browser().sign_in()

    assert ada.browser.get("/api/profile").status_code == 200


def test_the_last_sign_in_is_noted(browser: Browser, app: Flask) -> None:
    browser.register()
    browser.sign_in()

    with app.app_context():
        assert accounts.get("ada@example.com").last_sign_in_at is not None


OURS = {"Origin": "http://localhost"}


@pytest.mark.parametrize(
    "headers",
    [OURS, {"Sec-Fetch-Site": "same-origin"}, {"Referer": "http://localhost/in"}, OURS | {"Sec-Fetch-Mode": "cors"}],
)
def test_a_form_of_our_own_page_signs_in(browser: Browser, headers: dict[str, str]) -> None:
    browser.register()
    form = {"email": " ada@example.com", "password": PASSWORD, "remember": "on"}
    answer = browser.post("/auth/login", data=form, headers=headers)
    assert (answer.status_code, (answer.json or {})["user"]["email"]) == (200, "ada@example.com")
    assert "Max-Age" in answer.headers["Set-Cookie"]
    assert browser.get("/api/profile").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Referer": "http://x/"},
    ],
)
def test_a_form_of_another_page_or_of_none_signs_nobody_in(browser: Browser, headers: dict[str, str]) -> None:
    browser.register()
    answer = browser.post("/auth/login", data={"email": "ada@example.com", "password": PASSWORD}, headers=headers)
    assert (answer.status_code, (answer.json or {})["code"]) == (403, "origin_not_allowed")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("email=ada%40example.com&password=wrong+password", 401, "invalid_credentials"),
        ("email=ada%40example.com", 422, "validation_failed"),
        ("email=ada%40example.com&password=x&role=admin", 422, "validation_failed"),
        ("email=ada%40example.com&password=x&remember=yes", 422, "validation_failed"),
        ("email=a&email=b&password=x", 400, "bad_request"),
        ("email=%ff&password=x", 400, "bad_request"),
        ("{", 400, "bad_request"),
    ],
)
def test_a_bad_form_gets_a_clear_answer(browser: Browser, body: str, status: int, code: str) -> None:
    browser.register()
    answer = browser.post("/auth/login", data=body, headers=OURS, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, (answer.json or {})["code"]) == (status, code)
