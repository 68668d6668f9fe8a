"""Strategies in groups: a guard names the group, and whoever joined it is asked, in the order of joining."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Request

from app.passport import BadGuards, Guard, Passport, Strategy, Success
from app.passport.passport import require_guards
from app.passport.registry import guard_in

KNOWN = {"X-Badge": "ada", "X-Card": "bob"}


class Header(Strategy[str]):
    """Whoever sends this header."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._header = f"X-{name.title()}"

    def authenticate(self, request: Request) -> Success[str] | None:
        return Success(KNOWN[self._header], self.name) if self._header in request.headers else None


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    Passport[str]().init_app(app, groups=("doors",))
    return app


def opened_by(app: Flask, *names: str, **headers: str) -> Any:
    """Who is let in at "/", behind a guard with these names, or the status of the refusal."""
    passport: Passport[str] = Passport()

    def view() -> str:
        return passport.user

    app.add_url_rule("/", "view", passport.authenticate(*names)(view))
    require_guards(app)
    answer = app.test_client().get("/", headers={f"X-{name.title()}": "x" for name in headers})
    return answer.text if answer.status_code == 200 else answer.status_code


def test_a_group_stands_for_those_who_joined_it(app: Flask) -> None:
    passport: Passport[str] = Passport()
    for name in ("badge", "card"):
        passport.use(app, Header(name), groups=("doors",))
    assert opened_by(app, "doors", card="x") == "bob"


def test_they_are_asked_in_the_order_of_joining_and_after_what_is_named_before(app: Flask) -> None:
    passport: Passport[str] = Passport()
    passport.use(app, Header("first"))
    passport.use(app, Header("card"), groups=("doors",))
    passport.off(app, "key", groups=("doors",))
    passport.use(app, Header("badge"), groups=("doors",))
    shown = guard_in(app, Guard(("first", "doors", "badge"), optional=True))
    assert str(shown) == "first|card|key|badge optional"
    assert opened_by(app, "doors", badge="x", card="x") == "bob"


def test_who_joins_later_is_asked_too(app: Flask) -> None:
    passport: Passport[str] = Passport()
    assert opened_by(app, "doors", badge="x") == 401
    passport.use(app, Header("badge"), groups=("doors",))
    assert app.test_client().get("/", headers={"X-Badge": "x"}).text == "ada"


def test_a_group_in_which_nobody_is_lets_nobody_in(app: Flask) -> None:
    assert opened_by(app, "doors", badge="x") == 401


def test_a_group_that_nobody_declared_is_refused_with_what_may_have_been_meant(app: Flask) -> None:
    with pytest.raises(ValueError, match=r'^Unknown group of strategies "door"') as refusal:
        Passport[str]().use(app, Header("badge"), groups=("door",))
    assert str(refusal.value).endswith('Registered: doors. Did you mean "doors"?')


def test_a_guard_with_a_misspelt_group_does_not_start(app: Flask) -> None:
    with pytest.raises(BadGuards, match=r'Unknown authentication strategy "dors".*Did you mean "doors"\?'):
        opened_by(app, "dors")
