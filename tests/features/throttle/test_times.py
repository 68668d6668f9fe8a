"""No answer is faster for an address that has an account, neither while guesses are judged nor while all wait."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from tests.client import PASSWORD, browser_of
from tests.features.throttle.guessing import ADA, NOBODY, WITHOUT_WAIT, WRONG, sign_in, statuses
from tests.strategy_kit.case import Example
from tests.strategy_kit.timing import told_apart

SAMPLES = 60
MUCH = "1000"


def to(email: str) -> Example:
    return Example(email, {"data": json.dumps({"email": email, "password": WRONG}), "content_type": "application/json"})


@pytest.mark.parametrize("refused", [False, True], ids=["judged", "refused"])
def test_nobody_learns_from_the_time_who_has_an_account(make_app: Callable[..., Flask], refused: bool) -> None:
    enough = {} if refused else {"THROTTLE_PAIR_FREE": MUCH, "THROTTLE_ACCOUNT_FREE": MUCH}
    app = make_app(variables={**enough, "THROTTLE_NETWORK_PER_HOUR": "100000"})
    with app.app_context():
        accounts.register(ADA, PASSWORD)
    browser, expected = browser_of(app), 429 if refused else 401
    if refused:
        for email in (ADA, NOBODY):
            assert statuses(lambda _, email=email: sign_in(browser, email), 2 * WITHOUT_WAIT)[429] > 0  # type: ignore[misc]

    def ask(example: Example) -> None:
        answer = app.test_client().post("/auth/login", **example.request)
        assert answer.status_code in {expected, 401}

    assert told_apart(ask, to(ADA), to(NOBODY), SAMPLES) == []
