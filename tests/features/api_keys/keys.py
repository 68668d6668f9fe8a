"""Somebody makes API keys and lists them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from werkzeug.test import TestResponse

from tests.client import Browser, Person
from tests.words import bearer

START = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
FIELDS = {"id", "name", "scopes", "created_at", "expires_at", "last_used_at", "hint"}
CHALLENGE = 'Bearer realm="flaskport", error="invalid_token"'


def ask_for(browser: Browser, **fields: Any) -> TestResponse:
    return browser.post("/auth/keys", json={"name": "export", **fields})


def make(person: Person, **fields: Any) -> dict[str, Any]:
    response = ask_for(person.browser, **fields)
    assert response.status_code == 201, response.text
    return dict(response.json or {})


def key_of(person: Person, *scopes: str) -> dict[str, str]:
    """The header of a new key."""
    return bearer(make(person, scopes=list(scopes))["key"])


def listed(browser: Browser) -> list[dict[str, Any]]:
    response = browser.get("/auth/keys")
    assert response.status_code == 200
    return list((response.json or {})["items"])
