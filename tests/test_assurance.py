"""How somebody proved who they are: kept with the session, told in the tokens, asked for by guards."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import jwt
import pytest
import time_machine
from flask import Flask, jsonify

from app import accounts, sessions
from app.accounts import SecondFactor, add_second_factor
from app.core import clock
from app.guards import assurance_required, current_user, login_required
from app.passport.declarations import BadDeclaration
from tests.client import PASSWORD, Browser, browser_of

POSSESSION: tuple[sessions.Factor, ...] = ("possession",)


@pytest.fixture
def enrolled() -> set[uuid.UUID]:
    """Who has set up the factor "toy"."""
    return set()


@pytest.fixture
def toy(make_app: Callable[..., Flask], enrolled: set[uuid.UUID]) -> Flask:
    """An app with a second factor that everybody passes who asks to."""
    app = make_app()
    sessions.add_method(app, "toy", ("otp",), POSSESSION)
    add_second_factor(app, SecondFactor("toy", lambda user_id: int(user_id in enrolled)))

    def show() -> Any:
        sessions.confirm(current_user().own_session().id, "toy")
        return jsonify()

    def said() -> Any:
        return jsonify()

    app.add_url_rule("/show", "show", login_required(show), methods=["POST"])
    app.add_url_rule("/two", "two", assurance_required("mfa")(said))
    app.add_url_rule("/two-lately", "lately", assurance_required("mfa", within=10)(said))
    app.add_url_rule("/if-enrolled", "enrolled", assurance_required("mfa", if_enrolled=True)(said))
    return app


@pytest.fixture
def ada(toy: Flask) -> Browser:
    browser = browser_of(toy)
    browser.register()
    assert browser.post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD}).status_code == 200
    return browser


def code(browser: Browser, path: str) -> str | None:
    answer = browser.get(path)
    return None if answer.status_code == 200 else str((answer.json or {})["code"])


def claims(browser: Browser) -> dict[str, Any]:
    token = browser.cookie("access_token_cookie") or ""
    told: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return {name: told[name] for name in ("amr", "acr", "auth_time")}


def test_a_password_alone_is_one_factor_and_the_tokens_say_so(ada: Browser) -> None:
    told = claims(ada)
    assert (told["amr"], told["acr"]) == (["pwd"], "aal1")
    assert abs(told["auth_time"] - clock.now().timestamp()) < 60
    assert code(ada, "/two") == "assurance_required"


def test_the_refusal_says_which_factor_would_do(ada: Browser, toy: Flask, enrolled: set[uuid.UUID]) -> None:
    assert ada.get("/two-lately").json["facts"] == {"methods": [], "within": 10}  # type: ignore[index]
    with toy.app_context():
        enrolled.add(accounts.get("ada@example.com").id)
    assert ada.get("/two").json["facts"] == {"methods": ["toy"], "within": None}  # type: ignore[index]


def test_a_factor_that_nobody_has_set_up_is_asked_of_nobody_where_the_guard_says_so(
    ada: Browser, toy: Flask, enrolled: set[uuid.UUID]
) -> None:
    assert code(ada, "/if-enrolled") is None
    with toy.app_context():
        enrolled.add(accounts.get("ada@example.com").id)
    assert code(ada, "/if-enrolled") == "assurance_required"
    ada.post("/show")
    assert code(ada, "/if-enrolled") is None


def test_a_second_factor_counts_for_its_time_and_the_password_does_not_renew_it(ada: Browser) -> None:
    ada.post("/show")
    assert (code(ada, "/two"), code(ada, "/two-lately")) == (None, None)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11), tick=False):
        assert ada.post("/auth/confirm", json={"password": PASSWORD}).status_code == 204
        assert (code(ada, "/two"), code(ada, "/two-lately")) == (None, "assurance_required")


def test_tokens_tell_it_from_the_next_refresh_on_and_a_new_password_keeps_it(ada: Browser) -> None:
    ada.post("/show")
    csrf = {"X-CSRF-TOKEN": ada.cookie("csrf_refresh_token") or ""}
    assert ada.post("/auth/refresh", headers=csrf).status_code == 200
    assert (claims(ada)["amr"], claims(ada)["acr"]) == (["mfa", "otp", "pwd"], "aal2")
    changed = {"current_password": PASSWORD, "new_password": "another fine password"}
    assert ada.post("/auth/password", json=changed).status_code == 204
    assert claims(ada)["acr"] == "aal2"
    assert code(ada, "/two") is None


def test_nobody_is_401_and_an_unknown_level_is_a_mistake_of_the_programmer(toy: Flask) -> None:
    assert code(browser_of(toy), "/two") == "not_authenticated"
    with pytest.raises(ValueError, match="mfa"):
        assurance_required("aal3")  # type: ignore[arg-type]
    with pytest.raises(BadDeclaration, match="toy"):
        sessions.add_method(toy, "toy", (), ())


@pytest.mark.parametrize(
    ("done", "two"),
    [(("local",), False), (("local", "toy"), True), (("toy",), False), (("local", "unheard of"), False), ((), False)],
)
def test_two_factors_are_of_two_kinds(toy: Flask, done: tuple[str, ...], two: bool) -> None:
    with toy.app_context():
        assert sessions.are_two_factors(done) is two
