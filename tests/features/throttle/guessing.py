"""Somebody who guesses: sign-ins with a wrong password, from an address of their choice, and what was answered."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable

from werkzeug.test import TestResponse

from tests.client import PASSWORD, Browser

ADA, EVE, NOBODY = "ada@example.com", "eve@example.com", "nobody@example.com"
WRONG = "a wrong password"
WITHOUT_WAIT = 5
"""Wrong passwords for one account from one network, THROTTLE_PAIR_FREE."""


def sign_in(
    browser: Browser, email: str = ADA, password: str = WRONG, address: str = "192.0.2.7", **headers: str
) -> TestResponse:
    return browser.post(
        "/auth/login",
        json={"email": email, "password": password},
        headers=headers,
        environ_overrides={"REMOTE_ADDR": address},
    )


def statuses(attempt: Callable[[int], TestResponse], times: int) -> Counter[int]:
    return Counter(attempt(number).status_code for number in range(times))


def basic(email: str = ADA, password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{email}:{password}".encode()).decode()}
