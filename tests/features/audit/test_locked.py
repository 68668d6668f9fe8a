"""Somebody holds the whole table, as a migration does: a refusal is answered without its row, and holds no thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from app.extensions import db
from app.features.audit import recording
from tests.client import PASSWORD, browser_of
from tests.features.audit.test_refusals import FORGED
from tests.features.audit.trail import kinds
from tests.words import code

only_postgres = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
"""On SQLite one lock is that of the whole database."""


@contextmanager
def held(app: Flask) -> Iterator[None]:
    with app.app_context():
        engine = db.engine
    with engine.begin() as connection:
        connection.execute(sa.text("LOCK TABLE audit IN ACCESS EXCLUSIVE MODE"))
        yield


@only_postgres
def test_refusals_wait_for_a_second_at_most_and_stay_refusals(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(database_timeout=60)
    with app.app_context():
        accounts.register("ada@example.com", PASSWORD)
    browser = browser_of(app)
    wrong = {"email": "ada@example.com", "password": "wrong"}
    forged = {"Authorization": f"Bearer {FORGED}"}
    asked: dict[str, Callable[[], TestResponse]] = {
        "invalid_token": lambda: browser.get("/api/profile", headers=forged),
        "invalid_credentials": lambda: browser.post("/auth/login", json=wrong),
    }
    with held(app):
        for expected, ask in asked.items():
            began = time.monotonic()
            assert code(ask()) == (401, expected)
            assert time.monotonic() - began < 20
    assert recording.LONGEST_MILLISECONDS <= 1000
    assert [record.levelname for record in caplog.records if "not recorded" in record.message] == ["ERROR"] * 2
    assert "access_refused" not in kinds(app)


@only_postgres
def test_what_was_done_is_recorded_or_not_done_and_the_answer_says_when_to_come_back(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(database_timeout=2)
    with app.app_context():
        accounts.register("ada@example.com", PASSWORD)
    with held(app):
        answer = browser_of(app).post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD})
    assert code(answer) == (503, "database_unavailable")
    assert answer.headers["Retry-After"] == "1"
