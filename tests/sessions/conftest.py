"""A folder of keys and its ring, apps that sign with key files, and somebody who is signed in to one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask_jwt_extended import jwt_required
from werkzeug.test import TestResponse

from app.passport import public
from app.sessions.key_files import Key, create
from app.sessions.signing import Ring
from tests.client import PASSWORD, Browser, browser_of
from tests.sessions.rings import LIFETIME


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "instance" / "keys"


@pytest.fixture
def app_with(make_app: Callable[..., Flask], folder: Path) -> Callable[..., Flask]:
    """``app_with("ES256")``: another app, or worker, on the same database and folder of keys."""

    def make(algorithm: str = "EdDSA") -> Flask:
        app = make_app(jwt_algorithm=algorithm, jwt_keys_dir=folder)

        @app.get("/plain")
        @public
        @jwt_required()  # type: ignore[untyped-decorator]
        def plain() -> str:
            return "in"

        return app

    return make


@pytest.fixture
def key(folder: Path) -> Key:
    return create(folder, "EdDSA", dt.datetime.now(dt.UTC) - dt.timedelta(days=1))


def signed_in(app: Flask) -> Browser:
    browser = browser_of(app)
    if browser.post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD}).status_code == 401:
        browser.register()
        browser.sign_in()
    return browser


def ask(app: Flask, token: str, path: str = "/api/profile") -> TestResponse:
    return browser_of(app).get(path, headers={"Authorization": f"Bearer {token}"})


def code(app: Flask, token: str) -> str:
    """What the app says to a token; flask-jwt-extended's own decorator has to say the same."""
    answers = {
        str((ask(app, token, path).json or {"code": "in"}).get("code", "in")) for path in ("/api/profile", "/plain")
    }
    assert len(answers) == 1, answers
    return answers.pop()


@pytest.fixture
def ring_of(folder: Path) -> Callable[..., Ring]:
    return lambda algorithm="EdDSA": Ring(folder, algorithm, LIFETIME)
