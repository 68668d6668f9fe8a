"""An app that asks for challenges, and somebody who solves them as a browser does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from altcha import Challenge, Payload, Solution, solve_challenge
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from app.features.challenges.refusals import HEADER
from tests.client import PASSWORD, Browser, browser_of

EMAIL = "ada@example.com"
RIGHT = {"email": EMAIL, "password": PASSWORD}
WRONG = {"email": EMAIL, "password": "not my password"}
ALTCHA = {"CHALLENGE": "altcha", "CHALLENGE_WORK": "4", "CHALLENGE_AFTER": "0"}
"""Everybody is asked, and solves it in no time."""


@pytest.fixture
def asking(shared_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """``asking(CHALLENGE_AFTER="2")``: an app on the database of the test, with such settings."""
    return lambda **variables: shared_app(variables={**ALTCHA, **variables})


@pytest.fixture
def app(asking: Callable[..., Flask]) -> Flask:
    return asking()


@pytest.fixture
def ada(app: Flask) -> Browser:
    """Somebody with an account, who is not signed in."""
    with app.app_context():
        accounts.register(**RIGHT)
    return browser_of(app)


def facts_of(refused: TestResponse) -> Mapping[str, Any]:
    """The challenge in a refusal."""
    body: dict[str, Any] = refused.json or {}
    assert (refused.status_code, body["code"]) == (428, "challenge_required"), refused.text
    facts: dict[str, Any] = body["facts"]
    return facts


def solve(facts: Mapping[str, Any]) -> tuple[Challenge, Solution]:
    """By computing, in the library's words."""
    challenge = Challenge.from_dict(facts["challenge"])
    solution = solve_challenge(challenge)
    assert solution is not None
    return challenge, solution


def solved(facts: Mapping[str, Any]) -> dict[str, str]:
    """The header with the answer."""
    return {HEADER: Payload(*solve(facts)).to_base64()}
