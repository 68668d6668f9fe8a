"""What every feature promises, and the operator's command."""

from __future__ import annotations

import json
from types import ModuleType

import pytest
from flask import Flask

from app import accounts
from app.features import email_change
from tests.client import Browser, Person
from tests.feature_kit import FeatureContract
from tests.features.email_change.mailbox import Mailbox


class TestEmailChange(FeatureContract):
    @pytest.fixture(scope="class")
    @classmethod
    def feature(cls) -> ModuleType:
        return email_change


def test_an_operator_gives_an_account_another_address(app: Flask, ada: Person, mailbox: Mailbox) -> None:
    run = app.test_cli_runner().invoke
    shown = json.loads(run(args=["users", "set-email", ada.email, "ada@example.org", "--json"]).stdout)
    assert (shown["email"], shown["email_verified_at"] is None) == ("ada@example.org", False)
    assert ada.browser.get("/api/profile").status_code == 200, "sessions go on"
    assert mailbox.all() == [], "the old mailbox may be somebody else's by now"
    shown = json.loads(run(args=["users", "set-email", shown["email"], ada.email, "--unverified", "--json"]).stdout)
    assert (shown["email"], shown["email_verified_at"]) == (ada.email, None)


def test_an_operator_takes_no_address_from_anybody(app: Flask, ada: Person, browser: Browser) -> None:
    browser.register("eve@example.com")
    run = app.test_cli_runner().invoke
    refused = run(args=["users", "set-email", ada.email, "eve@example.com"])
    assert (refused.exit_code, refused.stderr) == (1, "email_taken: There is already an account with this address.\n")
    assert run(args=["users", "set-email", ada.email, "nonsense"]).exit_code == 1
    assert run(args=["users", "set-email", "nobody@example.com", "x@example.com"]).exit_code == 1
    with app.app_context():
        assert str(accounts.get(ada.email).id) == ada.id
