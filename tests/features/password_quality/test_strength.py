"""POST /auth/password-strength: what a meter is told, and what docs/passwords.md shows of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import time_machine

from app import EVERY_FEATURE, create_app
from app.accounts import Owner
from app.accounts.passwords import check_acceptable, reasons_against
from app.core.errors import on_error
from app.features import password_quality
from app.features.password_quality import routes
from app.features.password_quality.routes import MOST_BYTES
from tests.client import PASSWORD, Browser
from tests.databases import SETTINGS
from tests.docs.snippets import fenced
from tests.words import code, refusal

PATH = "/auth/password-strength"


@pytest.fixture
def meter(browser: Browser) -> Browser:
    return browser


@pytest.mark.parametrize(
    ("password", "score", "word", "codes"),
    [
        (PASSWORD, 4, "Strong", []),
        ("tea4two2you", 3, "Good", []),
        ("Sommer2026!", 1, "Weak", ["too_common"]),
        ("silver7moon", 2, "Fair", ["too_easy"]),
        ("password123", 0, "Very weak", ["too_common", "too_easy"]),
        ("ada@example.com, ada@example.com", 1, "Weak", ["too_personal"]),
        ("kX4!vq0Z", 1, "Weak", ["too_short"]),
        ("x" * 1000, 0, "Very weak", ["too_long"]),
        ("nul \0 in the middle", 0, "Very weak", ["not_storable"]),
    ],
)
def test_a_password_has_a_score_a_word_and_reasons(
    meter: Browser, password: str, score: int, word: str, codes: list[str]
) -> None:
    answer = meter.post(PATH, json={"password": password, "email": "ada@example.com", "name": None})
    body = answer.json or {}
    assert (answer.status_code, body["score"], body["word"]) == (200, score, word)
    assert [reason["code"] for reason in body["reasons"]] == codes
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_it_reads_little_and_logs_nothing(meter: Browser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        assert code(meter.post(PATH, json={"password": "x" * MOST_BYTES})) == (413, "body_too_large")
        assert code(meter.post(PATH, json={"password": "x" * 1001})) == (422, "validation_failed")
        assert meter.post(PATH, json={"password": "x" * 1000}).status_code == 200
    assert caplog.messages == []


def test_a_network_asks_so_often_and_then_is_told_to_wait(meter: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "QUESTIONS", replace(routes.QUESTIONS, amount=4))
    with time_machine.travel("2026-03-02 10:00:00Z", tick=False):
        told = [meter.post(PATH, json={"password": PASSWORD}) for _ in range(3)]
        assert [answer.status_code for answer in told] == [200, 200, 429]
        assert code(told[-1]) == (429, "too_many_questions")
        assert told[-1].headers["Retry-After"] == "1800"
        meter.register("ada@example.com")  # which does not need the meter


def test_the_document_shows_what_it_answers(meter: Browser) -> None:
    refused, asked, answered = (json.loads(text) for language, text in fenced("passwords.md") if language == "json")
    assert meter.post(PATH, json=asked).json == answered
    with meter.application.test_request_context():
        body = on_error(refusal(check_acceptable, "password123", Owner())).json or {}
    assert body | {"request_id": ""} == refused | {"request_id": ""}


def test_the_fields_for_a_new_password_have_a_meter_and_without_the_feature_none(meter: Browser) -> None:
    without = create_app(SETTINGS, [each for each in EVERY_FEATURE if each is not password_quality])
    for path in ("/sign-up", "/account"):
        assert "password_quality/meter.css" in meter.get(path).text
        assert "password_quality/meter.js" in meter.get(path).text
        assert "password_quality" not in without.test_client().get(path).text


def test_the_judge_in_the_document_judges() -> None:
    [snippet] = [text for language, text in fenced("passwords.md") if language == "python"]
    names: dict[str, Any] = {}
    exec(snippet, names)  # noqa: S102
    app = create_app(SETTINGS)
    names["init_app"](app)
    with app.app_context():
        reasons = reasons_against("three cups of Coffee", Owner())
    assert [reason.code for reason in reasons] == ["has_our_word"]
