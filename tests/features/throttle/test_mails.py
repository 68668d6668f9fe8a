"""Mails to one address are counted together, and alike whether or not it has an account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core import mail
from tests.client import PASSWORD, Browser, browser_of
from tests.features.throttle.guessing import ADA, NOBODY, statuses

FORGOT, RESEND, LINK = "/auth/forgot-password", "/auth/resend-verification", "/auth/magic-link"


@pytest.mark.needs("password_reset", "email_verification", "magic_link")
@pytest.mark.parametrize("email", [ADA, NOBODY])
def test_all_flows_together_mail_to_an_address_as_much_as_one_does(stranger: Browser, email: str) -> None:
    """Where each flow has a count of its own for accounts alone, a stranger learns by it who has one."""
    assert statuses(lambda _: stranger.post(FORGOT, json={"email": email}), 6) == {202: 5, 429: 1}
    assert stranger.post(RESEND, json={"email": email}).status_code == 429
    assert stranger.post(LINK, json={"email": email}).status_code == 429


@pytest.mark.needs("email_verification")
@pytest.mark.usefixtures("now")
def test_whoever_makes_and_deletes_an_account_again_and_again_mails_its_address_no_more(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(variables={"ERASURE_GRACE_DAYS": "0"})
    stranger = browser_of(app)
    eves = {"email": "eve@example.com", "password": PASSWORD}
    mail.memory(app).clear()

    def again(_: int) -> TestResponse:
        made = stranger.post("/auth/register", json=eves)
        stranger.post("/auth/login", json=eves)
        stranger.delete("/api/profile", json={"password": PASSWORD})
        return made

    assert statuses(again, 12) == {201: 5, 429: 7}
    with app.app_context():
        mail.deliver_due()
    assert len(mail.memory(app)) <= 10, "as many notices as registrations"
