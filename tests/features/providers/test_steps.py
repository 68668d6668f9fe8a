"""Signing in with a provider where a check asks for a step: its page comes before the place where one wanted to go."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from flask import Flask

from tests.accounts import word
from tests.accounts.word import WORD
from tests.features.providers.traveller import Traveller


def test_the_step_comes_before_the_place(make_app: Callable[..., Flask], social: dict[str, str]) -> None:
    app = make_app(variables=social)
    word.init_app(app)
    traveller = Traveller.of(app)

    parts = urlsplit(traveller.sign_in(next="/welcome", remember="1").headers["Location"])
    asked = dict(parse_qsl(parts.query))
    assert (parts.path, asked["step"], asked["next"]) == (word.PAGE, "word", "/welcome")
    assert traveller.who() is None

    done = traveller.post("/auth/word", json={"token": asked["token"], "word": WORD})
    assert done.status_code == 200, done.text
    assert [cookie for cookie in done.headers.getlist("Set-Cookie") if "access_token" in cookie and "Max-Age" in cookie]
    assert traveller.who() is not None
