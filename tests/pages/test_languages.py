"""Which language a page is in: by ?lang=, cookie, Accept-Language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from config import ConfigError
from tests.databases import SETTINGS
from tests.pages.visiting import NAVIGATION

Visitor = Callable[..., FlaskClient]


def offering(languages: str) -> dict[str, Any]:
    return {"variables": {**SETTINGS.variables, "LANGUAGES": languages}}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("it,fr;q=0.8,en;q=0.9", "en"),
        ("ar-EG", "ar"),
        ("it", "en"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("*", "en"),
        ("", "en"),
        ("-" * 30_000, "en"),
        (";;q=,é", "en"),
    ],
)
def test_a_browser_says_which(visitor: FlaskClient, header: str, language: str) -> None:
    response = visitor.get("/sign-in", headers={"Accept-Language": header})

    assert response.headers["Content-Language"] == language
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in response.text
    assert {"Accept-Language", "Cookie"} <= set(response.vary)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


def test_one_that_was_asked_for_stays_and_is_stronger_than_the_browsers(visitor: FlaskClient) -> None:
    browser = visitor.application.test_client()

    first = browser.get("/sign-in?lang=fr", headers={"Accept-Language": "de"})
    assert first.headers["Content-Language"] == "fr"
    assert first.headers["Set-Cookie"].startswith("language=fr; ")
    assert "HttpOnly" in first.headers["Set-Cookie"]
    assert "SameSite=Lax" in first.headers["Set-Cookie"]
    assert browser.get("/account", headers={"Accept-Language": "de"}).headers["Content-Language"] == "fr"
    assert browser.get("/account?lang=xx").headers["Content-Language"] == "fr"
    assert browser.get("/not-here?lang=ar", headers=NAVIGATION).headers["Content-Language"] == "ar"


def test_in_production_the_cookie_goes_over_https_alone(visitor_of: Visitor) -> None:
    browser = visitor_of(environment="production", public_url="https://app.example.com", cookie_name="two")

    response = browser.get("/sign-in?lang=fr", base_url="https://app.example.com")

    assert response.headers["Set-Cookie"].startswith("language_two=fr; ")
    assert "; Secure;" in response.headers["Set-Cookie"]


def test_an_operator_chooses_the_languages_and_the_one_for_everybody_else(visitor_of: Visitor) -> None:
    browser = visitor_of(**offering("de,en"))

    page = browser.get("/sign-in", headers={"Accept-Language": "fr"})

    assert page.headers["Content-Language"] == "de"
    assert ">English</a>" in page.text
    assert ">Français</a>" not in page.text


def test_where_there_is_one_language_nobody_is_asked(visitor_of: Visitor) -> None:
    assert "?lang=" not in visitor_of(**offering("en")).get("/sign-in").text


def test_a_language_that_is_not_there_stops_the_start(visitor_of: Visitor) -> None:
    with pytest.raises(ConfigError, match=r"LANGUAGES holds xx; there are en, ar, de"):
        visitor_of(**offering("en,xx"))


def test_refusals_are_said_in_the_language_of_the_page_and_in_english_by_the_api(visitor: FlaskClient) -> None:
    german = {"Accept-Language": "de"}

    page = visitor.get("/sign-in?error=access_denied", headers=german)
    missing = visitor.get("/not-here", headers={**NAVIGATION, **german})
    answer = visitor.get("/api/not-here", headers=german)

    assert "Die Anmeldung wurde abgebrochen." in page.text
    assert "Diese Seite gibt es hier nicht" in missing.text
    assert "here" in (answer.json or {})["message"]


def test_a_page_brings_the_texts_of_its_scripts_before_them(visitor: FlaskClient) -> None:
    html = visitor.get("/sign-in", headers={"Accept-Language": "ar"}).text
    found = re.findall(r'<script type="module" src="(/static/pages/[^"]+)"', html)

    assert [place.partition("?")[0] for place in found] == ["/static/pages/languages/ar.js", "/static/pages/sign-in.js"]
    module = visitor.get(found[0])
    assert "كلمة" in module.text
    assert "max-age=31536000" in module.headers["Cache-Control"]
    assert visitor.get(found[0], headers={"If-None-Match": module.headers["ETag"]}).status_code == 304
    assert "/static/pages/languages/" not in visitor.get("/sign-in").text
