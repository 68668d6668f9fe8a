"""Somebody with a passkey, and what a browser does with it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.client import Browser, Person, browser_of
from tests.features.passkeys.authenticator import Authenticator

BASE = "/auth/passkeys"


def options(browser: Browser, path: str = "options", **fields: Any) -> dict[str, Any]:
    answer = browser.post(f"{BASE}/{path}", json=fields)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = (answer.json or {})["options"]
    return found


def add(browser: Browser, device: Authenticator, name: str = "Phone") -> TestResponse:
    credential = device.create(options(browser, "add/options"))
    return browser.post(BASE, json={"name": name, "credential": credential})


def sign_in(browser: Browser, device: Authenticator, **fields: Any) -> TestResponse:
    return browser.post(f"{BASE}/sign-in", json={"credential": device.get(options(browser)), **fields})


def refused(answer: TestResponse) -> tuple[int, str | None]:
    return answer.status_code, (answer.json or {}).get("code")


def who(browser: Browser) -> str | None:
    user = (browser.get("/auth/session").json or {})["user"]
    return None if user is None else str(user["email"])


@pytest.fixture
def phone(ada: Person) -> Authenticator:
    """Ada's, with a passkey."""
    device = Authenticator()
    assert add(ada.browser, device).status_code == 201
    return device


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return browser_of(app)
