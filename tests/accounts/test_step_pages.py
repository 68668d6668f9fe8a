"""The page of a step: the answer names it for scripts, and a form is led to it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from app import accounts
from tests.accounts import word
from tests.client import PASSWORD

FIELDS = {"email": "ada@example.com", "password": PASSWORD}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app(public_path="/below")
    word.init_app(app)
    with app.app_context():
        accounts.register(**FIELDS)
    return app


def asked_of(address: str) -> dict[str, str]:
    parts = urlsplit(address)
    assert parts.path == f"/below{word.PAGE}"
    return dict(parse_qsl(parts.query))


def test_the_answer_names_the_page_of_the_step(app: Flask) -> None:
    asked = app.test_client().post("/auth/login", json=FIELDS).get_json()

    assert asked_of(asked["page"]) == {"letters": "5", "step": "word", "token": asked["token"]}


def test_a_form_leads_to_the_page_of_the_step(app: Flask) -> None:
    browser = app.test_client()

    response = browser.post("/sign-in?next=/posts", data=FIELDS, headers={"Origin": "http://localhost"})

    assert response.status_code == 303
    asked = asked_of(response.headers["Location"])
    assert (asked["step"], asked["next"], asked["letters"]) == ("word", "/posts", "5")
    said = browser.post("/auth/word", json={"token": asked["token"], "word": word.WORD})
    assert said.status_code == 200
