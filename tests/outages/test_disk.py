"""SQLite on a disk that is full, or that may only be read: real ones, and SQLite's own limits."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from app import create_app
from app.core.database import reader
from app.extensions import db
from tests import databases
from tests.client import PASSWORD, browser_of
from tests.databases import SETTINGS
from tests.outages.filesystem import fill, make_read_only, on_two_megabytes
from tests.words import code

NOT_A_BYTE_MORE = "PRAGMA max_page_count=1"
"""No page is added to the file; SQLITE_FULL is what a full disk gives."""
READ_ONLY = "PRAGMA query_only=ON"
"""SQLITE_READONLY is what a read-only filesystem gives."""


@pytest.fixture
def app(new_database: Callable[[str, str], str]) -> Iterator[Flask]:
    url = new_database("sqlite", "disk")
    databases.close(databases.migrated("sqlite", url).app)
    app = create_app(replace(SETTINGS, database_url=url))
    yield app
    databases.close(app)


@pytest.fixture
def from_now_on(app: Flask) -> Callable[[str], None]:
    """``from_now_on("PRAGMA …")`` for every connection."""

    def limit(pragma: str) -> None:
        def apply(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(pragma)

        databases.close(app)
        with app.app_context():
            for engine in (db.engine, reader()):
                event.listen(engine, "connect", apply)

    return limit


def test_a_file_that_may_not_be_written_is_503_and_not_ready(app: Flask, from_now_on: Callable[[str], None]) -> None:
    ada = browser_of(app)
    ada.register()
    ada.sign_in()
    from_now_on(READ_ONLY)

    assert ada.get("/api/profile").status_code == 200
    for response in (
        ada.post("/auth/refresh"),
        ada.patch("/api/profile", json={"name": "Ada"}),
        browser_of(app).post("/auth/register", json={"email": "eve@example.com", "password": PASSWORD}),
        browser_of(app).post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD}),
        ada.post("/auth/logout"),
    ):
        assert (response.status_code, (response.json or {})["code"]) == (503, "database_unavailable")
    ready = browser_of(app).get("/readyz")
    assert (ready.status_code, (ready.json or {})["code"]) == (503, "not_ready")


@pytest.mark.needs("posts")
def test_a_full_disk_is_503(app: Flask, from_now_on: Callable[[str], None]) -> None:
    ada = browser_of(app)
    ada.register()
    ada.sign_in()
    from_now_on(NOT_A_BYTE_MORE)

    long = {"title": "t", "body": "b" * 20_000}
    refused = ada.post("/api/posts", json=long)
    assert (refused.status_code, (refused.json or {})["code"]) == (503, "database_unavailable")
    assert ada.get("/api/profile").status_code == 200


def test_somebody_else_who_writes_does_not_make_it_unready(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        assert browser_of(app).get("/readyz").status_code == 200
        other.rollback()


def full_and_emptied(folder: Path) -> list[tuple[str, int, str, str | None]]:
    """What is told on a real disk: while all is well, when it is full, and when there is room again."""
    url = f"sqlite:///{folder / 'test.db'}"
    databases.close(databases.migrated("sqlite", url).app)
    app = create_app(replace(SETTINGS, database_url=url))
    ada = browser_of(app)
    ada.register()
    ada.sign_in()
    told: list[tuple[str, int, str, str | None]] = []

    def ask(when: str) -> None:
        post = ada.post("/api/posts", json={"title": when, "body": "b" * 20_000})
        for answer in (post, ada.get("/api/profile"), ada.get("/readyz")):
            told.append((when, *code(answer), answer.headers.get("Retry-After")))

    ask("well")
    filler = fill(folder)
    ask("full")
    filler.unlink()
    ask("emptied")
    return told


@pytest.mark.needs("posts")
def test_a_disk_that_fills_up_is_told_and_is_over_once_there_is_room(tmp_path: Path) -> None:
    told = on_two_megabytes(tmp_path, full_and_emptied)

    assert [tuple(each) for each in told] == [
        ("well", 201, "", None),
        ("well", 200, "", None),
        ("well", 200, "", None),
        ("full", 503, "database_unavailable", "1"),
        ("full", 200, "", None),
        ("full", 503, "not_ready", None),
        ("emptied", 201, "", None),
        ("emptied", 200, "", None),
        ("emptied", 200, "", None),
    ]


def read_only(folder: Path) -> list[tuple[str, int, str]]:
    url = f"sqlite:///{folder / 'test.db'}"
    databases.close(databases.migrated("sqlite", url).app)
    app = create_app(replace(SETTINGS, database_url=url))
    ada = browser_of(app)
    ada.register()
    ada.sign_in()
    databases.close(app)
    make_read_only(folder)
    return [
        ("profile", *code(ada.get("/api/profile"))),
        ("refresh", *code(ada.post("/auth/refresh"))),
        ("ready", *code(ada.get("/readyz"))),
    ]


def test_a_filesystem_that_became_read_only_is_told(tmp_path: Path) -> None:
    told = on_two_megabytes(tmp_path, read_only)

    assert [tuple(each) for each in told] == [
        (what, 503, "database_unavailable") for what in ("profile", "refresh", "ready")
    ]
