"""GET /healthz and /readyz."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app import create_app
from tests import databases
from tests.client import Browser, browser_of
from tests.databases import SETTINGS


def test_a_migrated_database_is_ready(browser: Browser) -> None:
    assert browser.get("/healthz").json == {"status": "ok"}
    assert browser.get("/readyz").json == {"status": "ok"}


def test_the_bare_address_says_what_this_is(browser: Browser) -> None:
    body = browser.open("/", method="GET").json or {}

    assert body["name"] == "Flaskport"
    assert body["openapi"] == "/openapi.json"


def test_a_database_without_migrations_is_not_ready(engine: str, new_database: Callable[[str, str], str]) -> None:
    app = create_app(replace(SETTINGS, database_url=new_database(engine, "empty")))

    response = browser_of(app).get("/readyz")

    assert response.status_code == 503
    assert (response.json or {})["code"] == "not_ready"
    assert browser_of(app).get("/healthz").status_code == 200
    databases.close(app)


def test_a_database_that_does_not_answer_is_not_ready_and_nobody_is_anonymous() -> None:
    app = create_app(replace(SETTINGS, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none"))
    browser = browser_of(app)
    browser.set_cookie("access_token_cookie", "x")

    for path in ("/readyz", "/api/posts"):
        response = browser.get(path)
        assert response.status_code == 503
        assert (response.json or {})["code"] == "database_unavailable"
        assert response.headers["Retry-After"] == "1"
    databases.close(app)
