"""The pages work with any feature left out, and then have nothing of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from app import accounts, create_app
from app.core.parts import Part, folder_of
from app.features import FEATURES
from tests import databases
from tests.client import PASSWORD
from tests.databases import SETTINGS

NAMES = [folder_of(feature).name for feature in FEATURES]
EMAIL = "ada@example.com"


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The app in a thread of this process: how gunicorn serves it is no matter here."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        databases.close(app)


@pytest.fixture(params=["all", *NAMES])
def left_out(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(left_out: str, tmp_path: Path) -> Iterator[str]:
    """Where the app is, without the feature, or without all."""
    database = f"sqlite:///{tmp_path}/left_out.db"
    databases.close(databases.migrated("sqlite", database).app)
    kept: list[Part] = [part for part, name in zip(FEATURES, NAMES, strict=True) if left_out not in ("all", name)]
    app = create_app(replace(SETTINGS, database_url=database), kept)
    with serving(app) as url:
        with app.app_context():
            accounts.register(EMAIL, PASSWORD, role="admin")
        yield url


def asked_for(page: Page) -> list[str]:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    return addresses


def test_what_is_left_works_and_nothing_of_it_is_asked_for(profile: BrowserContext, url: str, left_out: str) -> None:
    page = profile.new_page()
    addresses = asked_for(page)
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/account")
    expect(page.locator("#own-email")).to_have_text(EMAIL)
    expect(page.locator("#keys")).to_have_count(int(left_out not in ("all", "api_keys")))
    page.goto(f"{url}/admin")
    page.get_by_role("link", name=f"Manage {EMAIL}").click()
    expect(page.locator("#person-sessions > li")).to_have_count(1)

    for name in NAMES if left_out == "all" else [left_out]:
        assert not [address for address in addresses if f"/static/{name}/" in address]
    expect(page.locator("[role=alert]:not(:empty)")).to_have_count(0)
