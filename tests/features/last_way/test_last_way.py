"""You used … last time: on the sign-in page, from a word in a cookie."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from tests.client import PASSWORD, Browser, browser_of
from tests.features.assurance.toys import toys_in

EMAIL = "ada@example.com"
SAID = "You used your password last time."


def test_it_is_said_after_a_sign_in_and_the_cookie_names_nobody(browser: Browser) -> None:
    browser.register(EMAIL)
    assert "last-way" not in browser.get("/sign-in").text
    browser.sign_in(EMAIL)
    browser.post("/auth/logout")
    assert SAID in browser.get("/sign-in").text
    assert SAID not in browser.get("/sign-up").text
    kept = browser.get_cookie("last_way")
    assert kept is not None
    assert (kept.value, kept.http_only, kept.path) == ("local", True, "/")


@pytest.mark.needs("assurance")
def test_it_is_how_somebody_began_and_not_the_second_factor(make_app: Callable[..., Flask]) -> None:
    toys = toys_in(make_app())
    with toys.app.app_context():
        accounts.register(EMAIL, PASSWORD)
    toys.enrol(EMAIL)
    browser = toys.signed_in(EMAIL)
    assert browser.cookie("last_way") == "local"


@pytest.mark.parametrize("planted", ["<b>x</b>", "jwt", "unheard-of", "x" * 4000])
def test_what_somebody_planted_is_not_said(app: Flask, planted: str) -> None:
    browser = browser_of(app)
    browser.set_cookie("last_way", planted)
    assert "last-way" not in browser.get("/sign-in").text


def test_it_is_in_the_readers_language(app: Flask) -> None:
    browser = browser_of(app)
    browser.set_cookie("last_way", "local")
    assert "Passwort" in browser.get("/sign-in?lang=de").text.split('id="last-way"')[1].split("</p>")[0]


@pytest.mark.needs("providers")
def test_a_provider_is_called_by_its_name(make_app: Callable[..., Flask]) -> None:
    github = {"SOCIAL_GITHUB_KEY": "key", "SOCIAL_GITHUB_SECRET": "geheimnisvoll"}
    browser = browser_of(make_app(variables=github))
    browser.set_cookie("last_way", "github")
    assert "You used GitHub last time." in browser.get("/sign-in").text


def test_programs_are_given_none_and_a_setting_switches_it_off(app: Flask, make_app: Callable[..., Flask]) -> None:
    with app.app_context():
        accounts.register(EMAIL, PASSWORD)
    program = app.test_client()
    fields = {"grant_type": "password", "email": EMAIL, "password": PASSWORD}
    assert program.post("/auth/token", json=fields).status_code == 200
    assert program.get_cookie("last_way") is None
    off = browser_of(make_app(variables={"LAST_WAY_SHOWN": "false"}))
    off.set_cookie("last_way", "local")
    assert "last-way" not in off.get("/sign-in").text
