"""GET /healthz and /readyz."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask import Flask

from app import create_app
from app.sessions.key_files import create
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


def test_a_server_whose_signing_keys_are_gone_is_not_ready(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    key = create(tmp_path, "ES256")
    browser = browser_of(make_app(jwt_algorithm="ES256", jwt_keys_dir=tmp_path))
    assert browser.get("/readyz").status_code == 200

    (tmp_path / f"{key.kid}.pem").unlink()
    create(tmp_path, "EdDSA")  # not the kind that is configured
    response = browser.get("/readyz")
    assert (response.status_code, (response.json or {})["code"]) == (503, "no_signing_key")
    assert browser.get("/healthz").status_code == 200

    create(tmp_path, "ES256")
    assert browser.get("/readyz").status_code == 200


def test_where_a_secret_signs_no_keys_are_needed(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    assert browser_of(make_app(jwt_keys_dir=tmp_path / "none")).get("/readyz").status_code == 200


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
