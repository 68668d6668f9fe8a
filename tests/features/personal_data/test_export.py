"""People are given all that is held of them, and nobody else is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
import time_machine
from flask import Flask

from app import accounts
from app.accounts.personal_events import PersonalDataExported
from app.core import clock, mail
from app.core.events import on
from app.features import personal_data
from app.features.api_keys import service as keys
from app.passport.declarations import BadDeclaration
from tests.client import Browser, browser_of
from tests.feature_kit import FeatureContract
from tests.features.assurance.toys import toys_in

PATH = "/api/profile/export"
EMAIL = "ada@example.com"


class TestPersonalData(FeatureContract):
    @pytest.fixture(scope="class")
    @classmethod
    def feature(cls) -> ModuleType:
        return personal_data


@pytest.fixture
def ada(app: Flask) -> Browser:
    browser = browser_of(app)
    browser.register(EMAIL, name="Ada")
    browser.sign_in(EMAIL)
    return browser


def data_of(browser: Browser) -> dict[str, Any]:
    answer = browser.get(PATH)
    assert answer.status_code == 200, answer.text
    return dict((answer.json or {})["data"])


@pytest.mark.needs("api_keys", "posts")
def test_it_holds_what_is_theirs_and_no_row_of_others(app: Flask, ada: Browser) -> None:
    other = browser_of(app)
    other.register("bob@example.com", name="Bob")
    other.sign_in("bob@example.com")
    other.post("/api/posts", json={"title": "Of Bob", "body": "…"})
    ada.post("/api/posts", json={"title": "Of Ada", "body": "…"})
    with app.app_context():
        key, text = keys.create(accounts.get(EMAIL).id, "backup")
    data = data_of(ada)
    assert [(row["email"], row["name"]) for row in data["users"]] == [(EMAIL, "Ada")]
    assert [row["title"] for row in data["posts"]] == ["Of Ada"]
    assert [row["name"] for row in data["api_keys"]] == ["backup"]
    assert [row["address"] for row in data["sessions"]] == ["127.0.0.1"]
    assert "bob@" not in str(data)
    assert key.secret_hash not in str(data)
    assert text not in str(data)


def test_it_is_a_file(ada: Browser) -> None:
    answer = ada.get(PATH)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="personal-data-{clock.now():%Y-%m-%d}.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/json"


def test_a_session_that_is_not_fresh_is_refused(ada: Browser) -> None:
    with time_machine.travel(clock.now() + dt.timedelta(minutes=14), tick=False):
        answer = ada.get(PATH)
    assert (answer.status_code, (answer.json or {})["code"]) == (403, "fresh_required")


@pytest.mark.needs("api_keys")
def test_a_key_is_refused(app: Flask, ada: Browser) -> None:
    with app.app_context():
        _, text = keys.create(accounts.get(EMAIL).id, "backup")
    answer = browser_of(app).get(PATH, headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code in {401, 403}
    assert "data" not in (answer.json or {})


@pytest.mark.needs("assurance")
def test_whoever_has_a_second_factor_shows_it_first(make_app: Callable[..., Flask]) -> None:
    toys = toys_in(make_app())
    browser = browser_of(toys.app)
    browser.register(EMAIL)
    browser.sign_in(EMAIL)
    toys.enrol(EMAIL)
    answer = browser.get(PATH)
    assert (answer.status_code, (answer.json or {})["code"]) == (403, "assurance_required")
    assert toys.signed_in(EMAIL).get(PATH).status_code == 200


def test_five_at_once_are_enough(ada: Browser) -> None:
    assert [ada.get(PATH).status_code for _ in range(6)] == [200] * 5 + [429]
    refused = ada.get(PATH)
    assert (refused.json or {})["code"] == "too_many_exports"
    assert int(refused.headers["Retry-After"]) > 0


def test_it_is_announced(make_app: Callable[..., Flask]) -> None:
    app, heard = make_app(), list[PersonalDataExported]()
    on(app, PersonalDataExported, heard.append)
    browser = browser_of(app)
    made = browser.register(EMAIL)
    browser.sign_in(EMAIL)
    browser.get(PATH)
    assert [(str(event.user_id), event.by) for event in heard] == [(made["id"], "owner")]


@pytest.mark.needs("notices")
def test_it_is_mailed(app: Flask, ada: Browser) -> None:
    with app.app_context():
        mail.deliver_due()
        before = len(mail.memory(app))
        ada.get(PATH)
        mail.deliver_due()
        subjects = [str(message["Subject"]) for message in mail.memory(app)[before:]]
    assert subjects == ["Your data at Flaskport was downloaded"]


def test_two_parts_of_one_name_do_not_start(make_app: Callable[..., Flask]) -> None:
    with pytest.raises(BadDeclaration, match='already an export "users"'):
        accounts.add_export(make_app(), "users", lambda _: [])
