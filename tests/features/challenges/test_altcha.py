"""ALTCHA's proof of work: an answer is good in time, for one way in and one network, and as it was signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from altcha import Challenge, Payload, Solution
from flask import Flask

from app.features.challenges.refusals import HEADER
from tests.client import Browser
from tests.databases import SETTINGS
from tests.features.challenges.conftest import ALTCHA, RIGHT, facts_of, solve, solved
from tests.words import later

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: all that is stored is that an answer was used, and test_gate.py asks both about that."""
    return str(request.param)


def challenge(ada: Browser) -> Mapping[str, Any]:
    return facts_of(ada.post("/auth/login", json=RIGHT))


def test_what_is_asked_says_what_a_widget_of_altcha_needs(ada: Browser) -> None:
    facts = challenge(ada)
    assert facts["provider"] == "altcha"
    parameters = facts["challenge"]["parameters"]
    assert (parameters["algorithm"], parameters["cost"], parameters["keyLength"]) == ("PBKDF2/SHA-256", 1000, 32)
    assert len(parameters["keyPrefix"]) == 32
    assert [2 <= solve(challenge(ada))[1].counter < 4 for _ in range(4)] == [True] * 4


def test_it_is_too_late_after_five_minutes(ada: Browser) -> None:
    answered = solved(challenge(ada))

    with later(minutes=5, seconds=2):
        facts_of(ada.post("/auth/login", json=RIGHT, headers=answered))


def test_it_is_good_neither_elsewhere_nor_for_something_else(ada: Browser) -> None:
    answered = solved(challenge(ada))

    facts_of(ada.post("/auth/login", json=RIGHT, headers=answered, environ_base=ELSEWHERE))
    facts_of(ada.post("/auth/register", json=RIGHT, headers=answered))
    assert ada.post("/auth/login", json=RIGHT, headers=answered).status_code == 200


def easier(challenge: Challenge, solution: Solution) -> None:
    challenge.parameters.key_prefix = ""
    solution.counter = 0


def later_on(challenge: Challenge, _solution: Solution) -> None:
    challenge.parameters.expires_at = (challenge.parameters.expires_at or 0) + 3600


def signed_by_somebody_else(challenge: Challenge, _solution: Solution) -> None:
    challenge.signature = "0" * 64


def unsigned(challenge: Challenge, _solution: Solution) -> None:
    challenge.signature = None


def not_computed(_challenge: Challenge, solution: Solution) -> None:
    solution.derived_key = "00" * 32


def test_what_is_forged_is_refused(ada: Browser) -> None:
    for forge in (easier, later_on, signed_by_somebody_else, unsigned, not_computed):
        made = solve(challenge(ada))
        forge(*made)
        facts_of(ada.post("/auth/login", json=RIGHT, headers={HEADER: Payload(*made).to_base64()}))


def test_nonsense_is_refused_and_nothing_breaks(ada: Browser) -> None:
    good = solved(challenge(ada))[HEADER]
    payload = json.loads(base64.b64decode(good))
    parameters = payload["challenge"]["parameters"]
    texts = ["", "x", "====", good[:-9], "ü", "[" * 9000]
    bodies: list[object] = [
        None,
        [],
        {"challenge": [], "solution": {}},
        payload | {"solution": None},
        payload | {"solution": {"counter": "1", "derivedKey": 7}},
        payload | {"challenge": {"parameters": parameters | {"nonce": []}, "signature": "0"}},
        payload | {"challenge": {"parameters": parameters | {"expiresAt": "never"}, "signature": None}},
    ]
    for answer in [*texts, *(base64.b64encode(json.dumps(body).encode()).decode() for body in bodies)]:
        facts_of(ada.post("/auth/login", json=RIGHT, headers={HEADER: answer}))
    assert ada.post("/auth/login", json=RIGHT, headers={HEADER: good}).status_code == 200


def test_another_key_signs_other_challenges(ada: Browser, make_app: Callable[..., Flask]) -> None:
    answered = solved(challenge(ada))
    other = make_app(variables=ALTCHA, jwt_secret=SETTINGS.jwt_secret[::-1])
    facts_of(other.test_client().post("/auth/login", json=RIGHT, headers=answered))
    both = make_app(variables=ALTCHA, jwt_secret=f"{SETTINGS.jwt_secret[::-1]},{SETTINGS.jwt_secret}")
    assert both.test_client().post("/auth/login", json=RIGHT, headers=answered).status_code == 200
