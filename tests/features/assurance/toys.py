"""A second factor for tests, "toy": who has set it up is in a set, and whoever asks to pass it has."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request

from app import accounts, sessions
from app.accounts import SecondFactor, add_second_factor
from app.accounts.steps import StepProof, continued
from app.browser import steps
from app.browser.signed_in import complete
from app.guards import public
from app.passport import Success
from tests.client import PASSWORD, Browser, browser_of


@dataclass
class Toys:
    """An app with the factor, and who has set it up."""

    app: Flask
    enrolled: set[uuid.UUID] = field(default_factory=set)

    def enrol(self, email: str) -> None:
        with self.app.app_context():
            self.enrolled.add(accounts.get(email).id)

    def signed_in(self, email: str, browser: Browser | None = None) -> Browser:
        """In a browser, with both factors."""
        browser = browser or browser_of(self.app)
        answer = browser.post("/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 202, answer.text
        assert browser.post("/toy", json={"token": (answer.json or {})["token"]}).status_code == 200
        return browser


def toys_in(app: Flask, *, asks: bool = True) -> Toys:
    toys = Toys(app)

    def take() -> Any:
        with steps.resumed((request.json or {})["token"], "second_factor") as attempt:
            proved = Success(attempt.user, "toy", StepProof(attempt))
        return complete(continued(proved))

    sessions.add_method(app, "toy", ("otp",), ("possession",))
    add_second_factor(app, SecondFactor("toy", lambda user_id: int(user_id in toys.enrolled), asks=asks))
    app.add_url_rule("/toy", "toy", public(take), methods=["POST"])
    return toys
