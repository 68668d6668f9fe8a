"""GET /healthz and /readyz."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask
from werkzeug.test import EnvironBuilder

from app import create_app
from app.core.version import VERSION
from app.extensions import db
from app.sessions.key_files import create
from tests import databases
from tests.client import PASSWORD, Browser, browser_of
from tests.databases import MIGRATIONS, SETTINGS


def test_a_migrated_database_is_ready(browser: Browser) -> None:
    assert browser.get("/healthz").json == {"status": "ok"}
    assert browser.get("/readyz").json == {"status": "ok", "schema": "current"}


def test_the_bare_address_says_what_this_is(browser: Browser) -> None:
    body = browser.open("/", method="GET").json or {}

    assert body["name"] == "Flaskport"
    assert body["openapi"] == "/openapi.json"
    assert body["version"] == VERSION


def test_in_production_strangers_are_told_no_version(shared_app: Callable[..., Flask]) -> None:
    answer = browser_of(shared_app(environment="production", public_url="https://auth.example.com")).get("/")
    assert (answer.status_code, (answer.json or {})["version"]) == (200, None)
    assert VERSION not in answer.text


def test_a_database_without_migrations_is_not_ready(engine: str, new_database: Callable[[str, str], str]) -> None:
    app = create_app(replace(SETTINGS, database_url=new_database(engine, "empty")))

    response = browser_of(app).get("/readyz")

    assert response.status_code == 503
    assert (response.json or {})["code"] == "not_ready"
    assert browser_of(app).get("/healthz").status_code == 200
    databases.close(app)


STAMP = sa.text("UPDATE alembic_version SET version_num = :revision")


@contextmanager
def at_revision(app: Flask, revision: str) -> Iterator[None]:
    """The database as another release left it."""
    with app.app_context(), db.engine.begin() as connection:
        before = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        connection.execute(STAMP, {"revision": revision})
    yield
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(STAMP, {"revision": before})


def test_a_database_that_a_newer_release_has_migrated_is_ahead_and_the_instance_stays_ready(
    app: Flask, make_app: Callable[..., Flask]
) -> None:
    strict = make_app(ready_when_ahead=False)
    with at_revision(app, "ffffffffffff"):
        response = browser_of(app).get("/readyz")
        refused = browser_of(strict).get("/readyz")

    assert (response.status_code, response.json) == (200, {"status": "ok", "schema": "ahead"})
    assert (refused.status_code, (refused.json or {})["code"]) == (503, "not_ready")
    assert "ahead of this code" in (refused.json or {})["message"]


def test_a_database_that_lacks_a_migration_is_not_ready(app: Flask) -> None:
    with app.app_context():
        first = ScriptDirectory(MIGRATIONS).get_base()
    with at_revision(app, str(first)):
        response = browser_of(app).get("/readyz")

    assert (response.status_code, (response.json or {})["code"]) == (503, "not_ready")
    assert "not migrated" in (response.json or {})["message"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "evil.example.net", "[::1]", "a b", None])
def test_health_is_told_whatever_the_host_is(
    make_app: Callable[..., Flask], path: str, method: str, host: str | None
) -> None:
    app = make_app(trusted_hosts=("auth.example.com",))
    client = app.test_client()
    environ = {} if host is None else {"HTTP_HOST": host}
    response = client.open(EnvironBuilder(path, method=method).get_environ() | {"HTTP_HOST": ""} | environ)

    assert response.status_code == 200
    assert client.get("/auth/session", headers={"Host": host or "10.0.0.7"}).status_code == 400


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


def test_a_database_that_does_not_answer_is_not_ready_and_no_password_is_wrong() -> None:
    app = create_app(replace(SETTINGS, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none"))
    browser = browser_of(app)
    fields = {"email": "ada@example.com", "password": PASSWORD}

    for response in (browser.get("/readyz"), browser.post("/auth/login", json=fields)):
        assert response.status_code == 503
        assert (response.json or {})["code"] == "database_unavailable"
        assert response.headers["Retry-After"] == "1"
    databases.close(app)
