"""GET /auth/check and what its script asks: open in development, for admins in production."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask

from app import accounts
from app.passport import guard_of
from tests.client import Browser, browser_of

PATHS = [
    ("GET", "/auth/check"),
    ("POST", "/auth/check/probe"),
    ("GET", "/auth/check/seen"),
    ("POST", "/auth/check/csrf"),
]


def test_the_probe_cookies_travel_as_the_real_ones_do(browser: Browser) -> None:
    browser.register()
    real = {cookie.split("=")[0]: cookie for cookie in browser.sign_in().headers.getlist("Set-Cookie")}
    probes = {
        cookie.split("=")[0]: cookie for cookie in browser.post("/auth/check/probe").headers.getlist("Set-Cookie")
    }

    def attributes(cookie: str) -> set[str]:
        return {part for part in cookie.split("; ")[1:] if not part.startswith(("Expires", "Max-Age"))}

    assert attributes(probes["check_probe"]) == attributes(real["access_token_cookie"])
    assert attributes(probes["check_refresh_probe"]) == attributes(real["refresh_token_cookie"])
    assert attributes(probes["check_csrf_probe"]) == attributes(real["csrf_access_token"])


def test_what_came_back_is_told(browser: Browser) -> None:
    assert (browser.get("/auth/check/seen").json or {})["access"] is False
    browser.post("/auth/check/probe")
    seen = browser.get("/auth/check/seen").json or {}
    assert (seen["access"], seen["refresh"]) == (True, True)
    accepted = browser.post("/auth/check/csrf", headers={"X-CSRF-TOKEN": seen["csrf"]}).json
    assert accepted == {"accepted": True}
    assert browser.post("/auth/check/csrf", headers={"X-CSRF-TOKEN": "\u00e9"}).json == {"accepted": False}


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_in_production_it_is_for_admins(shared_app: Callable[..., Flask], method: str, path: str) -> None:
    app = shared_app(environment="production", public_url="https://auth.example.com")
    browser = browser_of(app)
    assert browser.open(path, method=method).status_code == 401
    browser.register()
    browser.sign_in()
    refused = browser.open(path, method=method)
    assert (refused.status_code, (refused.json or {})["code"]) == (403, "role_required")
    with app.app_context():
        accounts.set_role("ada@example.com", "admin")
    assert browser.open(path, method=method).status_code == 200


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_the_document_has_every_refusal(shared_app: Callable[..., Flask], method: str, path: str) -> None:
    app = shared_app(environment="production", public_url="https://auth.example.com", api_docs=True)
    browser = browser_of(app)
    refused = []

    def ask() -> None:
        refused.append((browser.open(path, method=method).json or {})["code"])

    ask()
    browser.set_cookie("__Host-access_token_cookie", "nonsense")
    ask()
    browser.register()
    browser.sign_in()
    ask()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=16)):
        ask()
    with app.app_context():
        accounts.set_active("ada@example.com", False)
    ask()

    document: Any = browser.get("/openapi.json").json
    answers = document["paths"][path][method.lower()]["responses"]
    shared = document["components"]["responses"]["RoleRequired"]["description"]
    said = answers["401"]["description"] + answers["403"].get("description", shared)
    assert refused == ["not_authenticated", "invalid_token", "role_required", "token_expired", "token_revoked"]
    assert all(f"* `{code}`:" in said for code in refused)


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_the_guard_is_the_one_that_the_environment_asks_for(
    app: Flask, shared_app: Callable[..., Flask], method: str, path: str
) -> None:
    production = shared_app(environment="production", public_url="https://auth.example.com")

    def guard(of: Flask) -> str:
        endpoint, _ = of.url_map.bind("").match(path, method)
        return str(guard_of(of.view_functions[endpoint]))

    assert (guard(app), guard(production)) == ("public", "jwt role: admin without CSRF header")
