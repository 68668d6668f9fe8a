"""Guesses of mailed codes, from several browsers and over several flows, say nothing of who has an account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.core import mail
from tests.client import PASSWORD, Browser, browser_of
from tests.features.throttle.guessing import ADA, NOBODY

RESET, LINK, VERIFY = "reset", "link", "verify"
ASK = {RESET: "/auth/forgot-password", LINK: "/auth/magic-link", VERIFY: "/auth/resend-verification"}
GUESS = {RESET: "/auth/reset-password", LINK: "/auth/magic-link/finish", VERIFY: "/auth/verify-email"}


def guesses(app: Flask, flows: list[str], email: str) -> list[int]:
    """Each flow is begun in a browser of its own. Then each guesses six times."""
    browsers = [(flow, asking(app, flow, email)) for flow in flows]
    return [guess(browser, flow) for flow, browser in browsers for _ in range(6)]


def asking(app: Flask, flow: str, email: str) -> Browser:
    browser = browser_of(app)
    assert browser.post(ASK[flow], json={"email": email}).status_code in {202, 204}
    with app.app_context():
        mail.deliver_due()
    return browser


def guess(browser: Browser, flow: str) -> int:
    wrong = {"code": "no code"} | ({"password": "battery staple, correct"} if flow == RESET else {})
    return browser.post(GUESS[flow], json=wrong).status_code


@pytest.mark.needs("password_reset", "email_verification", "magic_link")
@pytest.mark.parametrize("flows", [[RESET] * 4, [LINK] * 4, [VERIFY] * 4, [VERIFY, RESET, LINK]], ids="-".join)
def test_wrong_codes_are_answered_alike_whether_or_not_the_address_has_an_account(
    app: Flask, guessed_at: Callable[[], Browser], flows: list[str]
) -> None:
    with app.app_context():
        accounts.mark_verified(ADA)
        accounts.register("grace@example.com", PASSWORD)
    answers = [guesses(app, flows, email) for email in (ADA, "grace@example.com", NOBODY)]
    assert answers[0] == answers[1] == answers[2]
