"""An identity and a password in the body."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Request

from app.passport import AuthenticationFailed
from app.passport.strategies.local import LocalStrategy


class BadShape(Exception):
    """What a reader raises for a body that it does not take."""


def read(request: Request) -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadShape
    return body


def verify(identity: str, password: str) -> str | None:
    return identity if password == "right" else None


@pytest.fixture
def app() -> Flask:
    return Flask(__name__)


def test_a_right_password_is_success(app: Flask) -> None:
    with app.test_request_context("/", method="POST", json={"email": "ada", "password": "right"}) as context:
        success = LocalStrategy(read, verify).authenticate(context.request)
    assert (success.user, success.strategy) == ("ada", "local")


def test_facts_about_a_success_hold_no_password(app: Flask) -> None:
    with app.test_request_context("/", method="POST", json={"email": "ada", "password": "right"}) as context:
        assert "right" not in repr(LocalStrategy(read, verify).authenticate(context.request))


def test_a_wrong_password_is_a_failure_that_says_nothing_more(app: Flask) -> None:
    with (
        app.test_request_context("/", method="POST", json={"email": "ada", "password": "wrong"}) as context,
        pytest.raises(AuthenticationFailed) as refusal,
    ):
        LocalStrategy(read, verify).authenticate(context.request)
    failure = refusal.value
    assert (failure.code, failure.message, failure.challenge) == ("invalid_credentials", "Invalid credentials", None)


def test_the_fields_may_have_other_names(app: Flask) -> None:
    strategy = LocalStrategy(read, verify, "username", "passphrase")
    with app.test_request_context("/", method="POST", json={"username": "bob", "passphrase": "right"}) as context:
        assert strategy.authenticate(context.request).user == "bob"


def test_a_body_of_the_wrong_shape_is_refused_in_the_words_of_the_reader(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data="email=ada") as context, pytest.raises(BadShape):
        LocalStrategy(read, verify).authenticate(context.request)
